namespace XChat.Admin.Doctor;

/// <summary>How bad a finding is.</summary>
internal enum FindingLevel
{
    /// <summary>As it should be.</summary>
    Fine,

    /// <summary>Works, and should be better.</summary>
    Advice,

    /// <summary>Loses something, keeps somebody out, or soon will.</summary>
    Problem,
}

/// <summary>What a check found.</summary>
/// <param name="Check">What was looked at.</param>
/// <param name="Level">How bad it is.</param>
/// <param name="Text">What was seen.</param>
/// <param name="Fix">What to do about it; empty when there is nothing to do.</param>
internal sealed record Finding(string Check, FindingLevel Level, string Text, string Fix)
{
    public static Finding Fine(string check, string text) => new(check, FindingLevel.Fine, text, string.Empty);

    public static Finding Advice(string check, string text, string fix) => new(check, FindingLevel.Advice, text, fix);

    public static Finding Problem(string check, string text, string fix) => new(check, FindingLevel.Problem, text, fix);
}
