using System.Runtime.CompilerServices;

using XChat.Frontend.Requests;
using XChat.Protocol.Wallets;

namespace XChat.Frontend.Wallets;

/// <summary>Reads amounts of what clients send. Whether an amount is allowed is for the grain to say, with a status.</summary>
internal static class MoneyField
{
    public static Money Read(Amount? value, [CallerArgumentExpression(nameof(value))] string? field = null) =>
        Amount.TryRead(Field.Required(value, field), out Money money)
            ? money
            : throw Field.Wrong(field, "is no amount: give minor units as decimal digits and a currency of ISO 4217");

    /// <summary>Minor units of an amount that has to be in a currency.</summary>
    public static long ReadIn(Currency currency, Amount? value, [CallerArgumentExpression(nameof(value))] string? field = null)
    {
        Money money = Read(value, field);
        return money.Currency == currency ? money.MinorUnits : throw Field.Wrong(field, $"has an amount that is not in {currency} like the total");
    }
}
