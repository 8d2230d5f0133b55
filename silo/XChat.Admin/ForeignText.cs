using System.Globalization;
using System.Text;

namespace XChat.Admin;

/// <summary>
/// Text that others wrote, on its way to the operator's terminal: control characters and marks that turn the direction of writing would let it pass for
/// something else, so each is shown as a replacement character.
/// </summary>
internal static class ForeignText
{
    /// <summary>One line without anything that steers a terminal.</summary>
    public static string Clean(string text) => string.Concat(text.EnumerateRunes().Select(rune => IsHarmless(rune) ? rune : Rune.ReplacementChar));

    private static bool IsHarmless(Rune rune) => Rune.GetUnicodeCategory(rune)
        is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
