using System.Globalization;

namespace XChat.Protocol.Wallets;

/// <summary>
/// An amount in the minor unit of its currency (cents for EUR, yen for JPY, fils for KWD). Arithmetic is checked and never mixes currencies. The
/// default value is nothing of no currency.
/// </summary>
public readonly record struct Money(long MinorUnits, Currency Currency)
{
    /// <summary>The sum.</summary>
    /// <exception cref="OverflowException">It does not fit into 64 bits.</exception>
    /// <exception cref="InvalidOperationException">The currencies differ.</exception>
    public static Money operator +(Money left, Money right) => new(checked(left.MinorUnits + Same(left, right).MinorUnits), left.Currency);

    /// <summary>The difference.</summary>
    /// <exception cref="OverflowException">It does not fit into 64 bits.</exception>
    /// <exception cref="InvalidOperationException">The currencies differ.</exception>
    public static Money operator -(Money left, Money right) => new(checked(left.MinorUnits - Same(left, right).MinorUnits), left.Currency);

    /// <summary>The same as the operator of addition.</summary>
    public Money Add(Money other) => this + other;

    /// <summary>The same as the operator of subtraction.</summary>
    public Money Subtract(Money other) => this - other;

    /// <summary>
    /// Reads an amount with a point, as in <c>12.34</c>: digits, and after a point at most as many as the currency's minor unit has. No sign,
    /// no grouping, no exponent, no white space.
    /// </summary>
    public static bool TryParse(string? amount, Currency currency, out Money money)
    {
        money = default;
        if (string.IsNullOrEmpty(amount) || amount.Length > 32 || !currency.IsKnown())
        {
            return false;
        }

        int point = amount.IndexOf('.', StringComparison.Ordinal);
        string whole = point < 0 ? amount : amount[..point];
        string fraction = point < 0 ? string.Empty : amount[(point + 1)..];
        int digits = currency.MinorDigits();
        bool wellFormed = whole.Length > 0 && whole.All(char.IsAsciiDigit) && fraction.All(char.IsAsciiDigit)
            && fraction.Length <= digits && (point < 0 || fraction.Length > 0);
        if (!wellFormed
            || !long.TryParse(whole + fraction.PadRight(digits, '0'), NumberStyles.None, CultureInfo.InvariantCulture, out long minorUnits))
        {
            return false;
        }

        money = new Money(minorUnits, currency);
        return true;
    }

    /// <summary>The amount with a point and the code, as in <c>12.34 EUR</c>; the same everywhere, for people and for logs of test runs.</summary>
    public override string ToString() => $"{FormatAmount()} {Currency}";

    /// <summary>The amount alone, as <see cref="TryParse"/> reads it; with a minus sign when negative.</summary>
    public string FormatAmount()
    {
        int digits = Currency.IsKnown() ? Currency.MinorDigits() : 0;
        // The magnitude of the most negative value does not fit into a long.
        UInt128 magnitude = MinorUnits < 0 ? (UInt128)(-(Int128)MinorUnits) : (UInt128)MinorUnits;
        string text = magnitude.ToString(CultureInfo.InvariantCulture).PadLeft(digits + 1, '0');
        string sign = MinorUnits < 0 ? "-" : string.Empty;
        return digits == 0 ? sign + text : $"{sign}{text[..^digits]}.{text[^digits..]}";
    }

    private static Money Same(Money left, Money right) => left.Currency == right.Currency
        ? right
        : throw new InvalidOperationException($"{left.Currency} and {right.Currency} cannot be added: exchange is no arithmetic.");
}
