using XChat.Protocol.Wallets;

namespace XChat.Client.Wallets;

/// <summary>How a bill is divided among people, the first of whom get the minor units that do not divide.</summary>
public abstract record BillSplit
{
    /// <summary>The same for everybody in the conversation.</summary>
    public static BillSplit Equal { get; } = new EqualSplit();

    /// <summary>In proportion to whole numbers, by handle.</summary>
    public static BillSplit ByShares(IReadOnlyList<(string Handle, int Weight)> shares) => new WeightedSplit(shares);

    /// <summary>By amounts, by handle; they have to add up to the bill.</summary>
    public static BillSplit ByAmounts(IReadOnlyList<(string Handle, Money Amount)> amounts) => new AmountSplit(amounts);

    internal sealed record EqualSplit : BillSplit;

    internal sealed record WeightedSplit(IReadOnlyList<(string Handle, int Weight)> Shares) : BillSplit;

    internal sealed record AmountSplit(IReadOnlyList<(string Handle, Money Amount)> Amounts) : BillSplit;
}
