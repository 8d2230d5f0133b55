using System.Diagnostics.CodeAnalysis;
using System.Globalization;

using MessagePack;

namespace XChat.Protocol.Wallets;

/// <summary>
/// An amount as it travels: minor units in decimal digits, with a minus sign when negative, and the currency's code. A string, because numbers of
/// JSON lose digits beyond 2^53.
/// </summary>
[MessagePackObject]
public sealed record Amount([property: Key("minorUnits")] string MinorUnits, [property: Key("currency")] string Currency)
{
    /// <summary>The amount of money.</summary>
    public static Amount Of(Money money) => Of(money.MinorUnits, money.Currency);

    /// <summary>The amount in a currency.</summary>
    public static Amount Of(long minorUnits, Currency currency) => new(minorUnits.ToString(CultureInfo.InvariantCulture), currency.Code);

    /// <summary>Reads an amount of somebody else. False: no whole number of 64 bits, or no currency of ISO 4217.</summary>
    public static bool TryRead([NotNullWhen(true)] Amount? amount, out Money money)
    {
        money = default;
        if (amount is null
            || !long.TryParse(amount.MinorUnits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long minorUnits)
            || !Wallets.Currency.TryParse(amount.Currency, out Currency currency))
        {
            return false;
        }

        money = new Money(minorUnits, currency);
        return true;
    }
}
