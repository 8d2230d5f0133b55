using XChat.Protocol.Wallets;

namespace XChat.Client.Wallets;

/// <summary>Which entries of a statement are wanted; everything by default. Times are inclusive at the start and exclusive at the end.</summary>
public sealed record StatementQuery(Currency Currency)
{
    /// <summary>No older ones.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Only older ones.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Only for this reason; unspecified for any.</summary>
    public TransferReason Reason { get; init; }

    /// <summary>Only in this direction.</summary>
    public StatementDirection Direction { get; init; }
}
