using System.Collections.Frozen;

namespace XChat.Protocol.Wallets;

/// <summary>
/// A currency by its ISO 4217 code, three capital letters. The default value is no currency. A value that came over a wire is not checked by
/// its constructor: use <see cref="TryParse"/> or <see cref="IsKnown"/>.
/// </summary>
public readonly record struct Currency(string Code)
{
    // ISO 4217, List One: circulating currencies by the digits of their minor unit. Funds codes, metals and test codes are left out.
    private const string WithoutMinorUnit = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF";

    private const string WithTwoDigits =
        "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP "
        + "ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL "
        + "MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD "
        + "SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG";

    private const string WithThreeDigits = "BHD IQD JOD KWD LYD OMR TND";

    private static readonly FrozenDictionary<string, int> Exponents =
        new[] { (WithoutMinorUnit, 0), (WithTwoDigits, 2), (WithThreeDigits, 3) }
            .SelectMany(group => group.Item1.Split(' ').Select(code => KeyValuePair.Create(code, group.Item2)))
            .ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Every currency that amounts can be in.</summary>
    public static IEnumerable<Currency> All() => Exponents.Keys.Order(StringComparer.Ordinal).Select(code => new Currency(code));

    /// <summary>Whether the code is one of ISO 4217 that amounts can be in.</summary>
    public bool IsKnown() => Code is not null && Exponents.ContainsKey(Code);

    /// <summary>Digits of the minor unit: 2 for EUR, 0 for JPY, 3 for KWD.</summary>
    /// <exception cref="InvalidOperationException">The currency is not known.</exception>
    public int MinorDigits() => Code is not null && Exponents.TryGetValue(Code, out int digits)
        ? digits
        : throw new InvalidOperationException($"\"{Code}\" is no currency of ISO 4217.");

    /// <summary>Reads a code as people write it, in capitals or not.</summary>
    public static bool TryParse(string? text, out Currency currency)
    {
        currency = text is { Length: 3 } ? new Currency(text.ToUpperInvariant()) : default;
        if (currency.IsKnown())
        {
            return true;
        }

        currency = default;
        return false;
    }

    /// <summary>The code.</summary>
    public override string ToString() => Code ?? string.Empty;
}
