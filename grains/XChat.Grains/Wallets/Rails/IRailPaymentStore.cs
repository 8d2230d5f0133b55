namespace XChat.Grains.Wallets.Rails;

/// <summary>Keeps payments over rails. What it answers is committed; a write that another writer got ahead of answers false and does nothing.</summary>
public interface IRailPaymentStore
{
    /// <summary>A payment; null when there is none.</summary>
    Task<StoredRailPayment?> LoadAsync(Guid payment, CancellationToken cancellationToken);

    /// <summary>Keeps a new payment that the sweep looks at when it is due. False: the id is taken.</summary>
    Task<bool> CreateAsync(StoredRailPayment payment, DateTimeOffset dueAt, CancellationToken cancellationToken);

    /// <summary>
    /// Keeps the next version of a payment: the one that is one higher than what is stored. <paramref name="dueAt"/>: when the sweep looks at it next;
    /// null for never.
    /// </summary>
    Task<bool> UpdateAsync(StoredRailPayment payment, DateTimeOffset? dueAt, CancellationToken cancellationToken);

    /// <summary>At most <paramref name="limit"/> payments that are due; other silos do not get them until <paramref name="leaseUntil"/>.</summary>
    Task<IReadOnlyList<Guid>> TakeDueAsync(DateTimeOffset now, DateTimeOffset leaseUntil, int limit, CancellationToken cancellationToken);
}
