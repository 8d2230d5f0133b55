using XChat.GrainInterfaces.Wallets;
using XChat.Protocol.Wallets;

namespace XChat.Grains.Wallets;

/// <summary>Finds pending transfers whose time is over.</summary>
public interface IPendingExpiry
{
    /// <summary>At most <paramref name="limit"/> of them; other silos do not get them until <paramref name="leaseUntil"/>.</summary>
    Task<IReadOnlyList<DuePending>> TakeAsync(DateTimeOffset now, DateTimeOffset leaseUntil, int limit, CancellationToken cancellationToken);
}

/// <summary>A pending transfer and the wallet that pays it.</summary>
public sealed record DuePending(TransferId Transfer, WalletKey Payer);
