using System.Globalization;
using System.Text;

namespace XChat.Cli.Output;

/// <summary>
/// Text of other people on its way to a terminal. Escape sequences, cursor movements and marks that turn the direction of writing would let a
/// message pass for something else, so they are shown as a replacement character.
/// </summary>
internal static class TerminalText
{
    private const string Continued = "\n      ";
    private const char Replacement = '\uFFFD';

    /// <summary>Several lines stay several, indented so that none looks like a message of its own.</summary>
    public static string Block(string text) => Clean(text.ReplaceLineEndings("\n"), Continued);

    /// <summary>One line whatever the text.</summary>
    public static string Line(string text) => Clean(text.ReplaceLineEndings("\n"), " ");

    private static string Clean(string text, string newLine)
    {
        StringBuilder clean = new(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            _ = rune.Value switch
            {
                '\n' => clean.Append(newLine),
                '\t' => clean.Append(' '),
                _ when IsHarmless(rune) => clean.Append(rune.ToString()),
                _ => clean.Append(Replacement),
            };
        }

        return clean.ToString();
    }

    private static bool IsHarmless(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => false,
        // The joiners that emoji and several scripts are written with are the only format marks that only join.
        UnicodeCategory.Format => rune.Value is 0x200C or 0x200D,
        _ => true,
    };
}
