using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace XChat.Client.Recovery;

/// <summary>What a PIN may be, and which ones somebody would try first. Pure.</summary>
public static class PinRules
{
    /// <summary>Fewest characters of a PIN.</summary>
    public const int Fewest = 4;

    /// <summary>Most characters of a PIN.</summary>
    public const int Most = 64;

    private static readonly CompositeFormat Advice = CompositeFormat.Parse(
        "{0} is among the first that anybody would try. Strangers get a few guesses: choose one that is not.");

    private static readonly string[] Dates = ["ddMMyy", "yyMMdd", "MMddyy", "ddMMyyyy", "yyyyMMdd", "MMddyyyy"];

    // From published counts of leaked PINs, without those that the rules below find anyway.
    private static readonly FrozenSet<string> Popular = FrozenSet.ToFrozenSet(
        ["1004", "1122", "1313", "2580", "0852", "1379", "6969", "5683", "0007", "1342", "1010", "2468", "1357", "007007", "123123", "password", "qwerty"],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>Refuses what is no PIN.</summary>
    /// <exception cref="XChatException">Too short, too long, or with characters that cannot be typed alike everywhere.</exception>
    public static void Require(string pin)
    {
        ArgumentNullException.ThrowIfNull(pin);
        if (pin.Length is < Fewest or > Most)
        {
            throw new XChatException(ClientErrorReason.InvalidInput, $"A PIN has {Fewest} to {Most} characters, not {pin.Length}.");
        }

        if (pin.Any(character => character is < ' ' or > '~'))
        {
            throw new XChatException(
                ClientErrorReason.InvalidInput,
                "A PIN has digits, letters without accents, and signs of a plain keyboard: other characters are not the same bytes on every machine.");
        }
    }

    /// <summary>Why a PIN is easily guessed, in a sentence for its owner; null when nothing speaks against it.</summary>
    public static string? Weakness(string pin)
    {
        ArgumentNullException.ThrowIfNull(pin);
        string? kind =
            pin.Distinct().Count() == 1 ? "One digit again and again"
            : IsRun(pin, 1) || IsRun(pin, -1) ? "A row of digits"
            : IsRepeated(pin) ? "A part that is repeated"
            : IsYear(pin) ? "A year"
            : IsDate(pin) ? "A date"
            : Popular.Contains(pin) ? "A popular PIN"
            : null;
        return kind is null ? null : string.Format(CultureInfo.InvariantCulture, Advice, kind);
    }

    private static bool IsRun(string pin, int step) => pin.Zip(pin.Skip(1)).All(pair => pair.Second - pair.First == step);

    private static bool IsRepeated(string pin) =>
        Enumerable.Range(1, pin.Length / 2).Any(part => pin.Length % part == 0 && pin.Chunk(part).All(chunk => pin.AsSpan(0, part).SequenceEqual(chunk)));

    private static bool IsYear(string pin) =>
        pin.Length == 4 && int.TryParse(pin, NumberStyles.None, CultureInfo.InvariantCulture, out int year) && year is >= 1900 and <= 2050;

    private static bool IsDate(string pin) => pin.Length is 6 or 8 && pin.All(char.IsAsciiDigit)
        && Dates.Where(form => form.Length == pin.Length).Any(
            form => DateOnly.TryParseExact(pin, form, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly date)
                && date.Year is >= 1900 and <= 2050);
}
