using XChat.GrainInterfaces.Wallets;
using XChat.Protocol.Wallets;

namespace XChat.Grains.Wallets;

/// <summary>
/// One row of the ledger: a movement of money, or of a reservation, from one account to another. It never changes. <c>Pending</c> and
/// <c>Reserved</c> are the pending transfer that this one ends and what that had reserved; empty and 0 for none.
/// </summary>
public sealed record LedgerTransfer
{
    public required TransferId Id { get; init; }

    public required TransferId Command { get; init; }

    public required WalletKey Debit { get; init; }

    public required Guid DebitAccount { get; init; }

    /// <summary>Its place in the chain of the debited account, contiguous from 1.</summary>
    public required long Seq { get; init; }

    public required WalletKey Credit { get; init; }

    public required Guid CreditAccount { get; init; }

    public required TransferKind Kind { get; init; }

    public required TransferReason Reason { get; init; }

    public required long MinorUnits { get; init; }

    public TransferId Pending { get; init; }

    public long Reserved { get; init; }

    /// <summary>When a pending transfer expires, Unix ms; else 0.</summary>
    public long ExpiresAtMs { get; init; }

    public Guid Reference { get; init; }

    /// <summary>Where its card appears; empty for nowhere.</summary>
    public Guid Conversation { get; init; }

    /// <summary>Unix ms; never runs backwards in a chain.</summary>
    public required long TimeMs { get; init; }

    /// <summary>The hash over the transfer before it in the chain; zeros for the first.</summary>
    public required byte[] PreviousHash { get; init; }

    /// <summary>By how much the pending counters of both accounts change.</summary>
    public long PendingChange => Kind switch
    {
        TransferKind.Pending => MinorUnits,
        TransferKind.PostPending or TransferKind.VoidPending or TransferKind.ExpirePending => -Reserved,
        _ => 0,
    };

    /// <summary>By how much the posted counters of both accounts grow.</summary>
    public long PostedChange => Kind is TransferKind.Posted or TransferKind.PostPending ? MinorUnits : 0;
}
