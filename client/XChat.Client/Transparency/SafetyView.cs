namespace XChat.Client.Transparency;

/// <summary>
/// The safety number with a person: 60 digits that are the same on both sides when both have the right keys; <c>QrText</c> is what this side's QR code says.
/// <c>Verified</c>: it was compared, and the account key is still the one of then. <c>Changed</c>: it was compared, and the account key of then has passed the
/// account on to another one since, because a device was taken out.
/// </summary>
public sealed record SafetyView(string Handle, string Digits, string QrText, bool Verified, bool Changed)
{
    /// <summary>The digits as people compare them: twelve groups of five.</summary>
    public IReadOnlyList<string> Groups => [.. Digits.Chunk(5).Select(group => new string(group))];
}
