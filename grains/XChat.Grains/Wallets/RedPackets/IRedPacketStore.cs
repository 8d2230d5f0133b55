using XChat.GrainInterfaces.Wallets;
using XChat.Protocol.Wallets;

namespace XChat.Grains.Wallets.RedPackets;

/// <summary>Keeps red packets. What it answers is committed; every write that another writer got ahead of answers false and does nothing.</summary>
public interface IRedPacketStore
{
    /// <summary>A packet with its claims in order; null when there is none.</summary>
    Task<StoredRedPacket?> LoadAsync(Guid packet, CancellationToken cancellationToken);

    /// <summary>Keeps a new packet that is being filled, due for settling at a time. False: the id is taken.</summary>
    Task<bool> CreateAsync(StoredRedPacket packet, DateTimeOffset dueAt, CancellationToken cancellationToken);

    /// <summary>The payer's wallet has answered: the packet is open, or refused.</summary>
    Task<bool> SetFundingAsync(Guid packet, WalletStatus funding, DateTimeOffset? dueAt, CancellationToken cancellationToken);

    /// <summary>Adds claims to an open packet that has <paramref name="before"/> of them: all or none.</summary>
    Task<bool> ClaimAsync(
        Guid packet, int before, IReadOnlyList<RedPacketClaim> claims, DateTimeOffset dueAt, CancellationToken cancellationToken);

    /// <summary>Ends an open packet that has <paramref name="claims"/> claims; what is left of it is to go back.</summary>
    Task<bool> EndAsync(Guid packet, int claims, DateTimeOffset dueAt, CancellationToken cancellationToken);

    /// <summary>Says when a packet with <paramref name="claims"/> claims needs settling next; null: never again.</summary>
    Task SetDueAsync(Guid packet, int claims, DateTimeOffset? dueAt, CancellationToken cancellationToken);

    /// <summary>At most <paramref name="limit"/> packets that are due; other silos do not get them until <paramref name="leaseUntil"/>.</summary>
    Task<IReadOnlyList<Guid>> TakeDueAsync(DateTimeOffset now, DateTimeOffset leaseUntil, int limit, CancellationToken cancellationToken);
}
