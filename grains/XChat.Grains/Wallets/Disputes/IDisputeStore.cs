using XChat.Protocol.Wallets;

namespace XChat.Grains.Wallets.Disputes;

/// <summary>Disputes.</summary>
public interface IDisputeStore
{
    /// <summary>The dispute about a payment; null for none.</summary>
    Task<StoredDispute?> FindAsync(TransferId payment, CancellationToken cancellationToken);

    /// <summary>Keeps a dispute if it is still based on the version before it. False: somebody else was faster.</summary>
    Task<bool> TrySaveAsync(StoredDispute dispute, CancellationToken cancellationToken);

    /// <summary>At most so many disputes that are due; other silos do not get them until <paramref name="leaseUntil"/>.</summary>
    Task<IReadOnlyList<TransferId>> TakeDueAsync(DateTimeOffset now, DateTimeOffset leaseUntil, int limit, CancellationToken cancellationToken);

    /// <summary>Disputes that are open, or all, oldest first.</summary>
    Task<IReadOnlyList<StoredDispute>> ListAsync(bool openOnly, int limit, CancellationToken cancellationToken);
}
