using System.Globalization;
using System.Text;

namespace XChat.Protocol.Wallets;

/// <summary>
/// What a merchant shows to be paid: a merchant-presented code as EMVCo specifies it (tag, length and value in digits, a CRC at the end), so that other
/// wallets can read it too. Who is paid in XChat stands in a template of its own.
/// </summary>
/// <param name="Payee">The user who is paid; empty in a code of another scheme.</param>
/// <param name="Name">The merchant's name, 1 to 25 characters.</param>
/// <param name="City">The merchant's city, 1 to 15 characters.</param>
/// <param name="Amount">What is to be paid; null where the payer says how much.</param>
/// <param name="Currency">The currency.</param>
/// <param name="Reference">What the merchant knows the payment by, at most 25 characters; empty for none.</param>
public sealed record MerchantCode(Guid Payee, string Name, string City, long? Amount, Currency Currency, string Reference)
{
    /// <summary>Characters of a code.</summary>
    public const int MostCharacters = 512;

    /// <summary>Characters of a name and of a reference.</summary>
    public const int MostNameCharacters = 25;

    /// <summary>Characters of a city.</summary>
    public const int MostCityCharacters = 15;

    private const string Scheme = "app.xchat";
    private const string NoCountry = "ZZ";
    private const int FirstTemplate = 26;
    private const int LastTemplate = 51;

    /// <summary>Writes the code. One with an amount is for one use, as the scheme says it ("dynamic").</summary>
    /// <exception cref="InvalidOperationException">A text is too long or missing, or the amount is none.</exception>
    public string Write()
    {
        bool sound = Payee != Guid.Empty && Currency.IsKnown() && Amount is null or > 0 && Reference.Length <= MostNameCharacters
            && Name.Length is > 0 and <= MostNameCharacters && City.Length is > 0 and <= MostCityCharacters
            && (Name + City + Reference).All(c => c is >= ' ' and <= '~');
        if (!sound)
        {
            throw new InvalidOperationException(
                $"A merchant code has a payee, a name of 1 to {MostNameCharacters} and a city of 1 to {MostCityCharacters} printable characters of ASCII, a "
                + $"reference of at most {MostNameCharacters}, and an amount above zero or none.");
        }

        StringBuilder code = new();
        Add(code, 0, "01");
        Add(code, 1, Amount is null ? "11" : "12");
        Add(code, FirstTemplate, Tlv(0, Scheme) + Tlv(1, Payee.ToString("N")));
        Add(code, 52, "0000");
        Add(code, 53, CurrencyNumbers.NumberOf(Currency));
        if (Amount is { } amount)
        {
            Add(code, 54, new Money(amount, Currency).FormatAmount());
        }

        Add(code, 58, NoCountry);
        Add(code, 59, Name);
        Add(code, 60, City);
        if (Reference.Length > 0)
        {
            Add(code, 62, Tlv(5, Reference));
        }

        code.Append("6304");
        return code.Append(Crc(code.ToString())).ToString();
    }

    /// <summary>
    /// Reads a code of any scheme. False: it is none, its CRC is wrong, a part occurs twice, or its currency or amount is none. Whether it can be paid here
    /// tells <see cref="Payee"/>.
    /// </summary>
    public static bool TryRead(string? text, out MerchantCode? code)
    {
        code = null;
        if (text is not { Length: > 8 and <= MostCharacters } || !text.StartsWith("000201", StringComparison.Ordinal)
            || text[^8..^4] != "6304" || !string.Equals(text[^4..], Crc(text[..^4]), StringComparison.OrdinalIgnoreCase)
            || !TryParse(text[..^8], out Dictionary<int, string> parts))
        {
            return false;
        }

        bool whole = CurrencyNumbers.TryRead(parts.GetValueOrDefault(53), out Currency currency)
            & parts.TryGetValue(59, out string? name) & parts.TryGetValue(60, out string? city);
        long? amount = null;
        if (whole && parts.TryGetValue(54, out string? digits))
        {
            whole = Money.TryParse(digits.TrimEnd('.'), currency, out Money money) && money.MinorUnits > 0;
            amount = money.MinorUnits;
        }

        string reference = parts.TryGetValue(62, out string? additional) && TryParse(additional, out Dictionary<int, string> fields)
            ? fields.GetValueOrDefault(5, string.Empty)
            : string.Empty;
        code = whole ? new MerchantCode(PayeeOf(parts), name!, city!, amount, currency, reference) : null;
        return whole;
    }

    private static Guid PayeeOf(Dictionary<int, string> parts)
    {
        foreach ((int tag, string template) in parts.Where(part => part.Key is >= FirstTemplate and <= LastTemplate))
        {
            if (TryParse(template, out Dictionary<int, string> fields) && fields.GetValueOrDefault(0) == Scheme
                && Guid.TryParseExact(fields.GetValueOrDefault(1), "N", out Guid payee))
            {
                return payee;
            }
        }

        return Guid.Empty;
    }

    /// <summary>Two digits of a tag, two of a length in characters, the value; no tag twice.</summary>
    private static bool TryParse(string text, out Dictionary<int, string> parts)
    {
        parts = [];
        for (int at = 0; at < text.Length;)
        {
            bool head = text.Length - at >= 4
                & int.TryParse(text.AsSpan(at, Math.Min(2, text.Length - at)), NumberStyles.None, CultureInfo.InvariantCulture, out int tag)
                & int.TryParse(
                    text.AsSpan(Math.Min(at + 2, text.Length), Math.Min(2, Math.Max(text.Length - at - 2, 0))),
                    NumberStyles.None, CultureInfo.InvariantCulture, out int length);
            if (!head || length == 0 || text.Length - at - 4 < length || !parts.TryAdd(tag, text.Substring(at + 4, length)))
            {
                return false;
            }

            at += 4 + length;
        }

        return true;
    }

    private static void Add(StringBuilder code, int tag, string value) => code.Append(Tlv(tag, value));

    private static string Tlv(int tag, string value) => string.Create(CultureInfo.InvariantCulture, $"{tag:00}{value.Length:00}{value}");

    /// <summary>CRC-16 of ISO/IEC 13239: polynomial 0x1021, start 0xFFFF, over everything up to and with the tag and length of the CRC itself.</summary>
    private static string Crc(string text)
    {
        int crc = 0xFFFF;
        foreach (byte one in Encoding.UTF8.GetBytes(text))
        {
            crc ^= one << 8;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc & 0x8000) == 0 ? (crc << 1) & 0xFFFF : ((crc << 1) ^ 0x1021) & 0xFFFF;
            }
        }

        return crc.ToString("X4", CultureInfo.InvariantCulture);
    }
}
