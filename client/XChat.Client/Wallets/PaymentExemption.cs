using XChat.Protocol.Wallets;

namespace XChat.Client.Wallets;

/// <summary>
/// Which payments a device makes without its owner's PIN: small ones, a few in a row. The numbers are those of the EU's technical standard for strong
/// authentication (2018/389, article 16): 30 each, 100 in all or five in number since the PIN was last given.
/// </summary>
public static class PaymentExemption
{
    /// <summary>Most of one payment, in whole units; hundred times as many of a currency without a smaller unit.</summary>
    public const long Each = 30;

    /// <summary>Most of all payments since the PIN was given, counted alike.</summary>
    public const long Together = 100;

    /// <summary>Most payments since the PIN was given, in all currencies.</summary>
    public const int Count = 5;

    /// <summary>Whether a payment needs no PIN.</summary>
    /// <param name="amount">What is to be paid.</param>
    /// <param name="paidWithout">What was paid in its currency since the PIN was given, minor units.</param>
    /// <param name="payments">How many payments were made since then, in any currency.</param>
    public static bool Allows(Money amount, long paidWithout, int payments) =>
        amount.MinorUnits <= MinorUnits(Each, amount.Currency)
        && (Int128)paidWithout + amount.MinorUnits <= MinorUnits(Together, amount.Currency)
        && payments < Count;

    private static long MinorUnits(long units, Currency currency)
    {
        int digits = currency.MinorDigits();
        for (int digit = 0; digit < (digits == 0 ? 2 : digits); digit++)
        {
            units *= 10;
        }

        return units;
    }
}
