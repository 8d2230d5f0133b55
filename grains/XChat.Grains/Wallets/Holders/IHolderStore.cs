using XChat.GrainInterfaces.Wallets;
using XChat.Protocol.Accounts;

namespace XChat.Grains.Wallets.Holders;

/// <summary>What is said about holders, and what their accounts have moved in the windows of their limits.</summary>
public interface IHolderStore
{
    /// <summary>What is said about each of the users, in the same order; <see cref="StoredHolder.Unknown"/> where nothing was.</summary>
    Task<IReadOnlyList<StoredHolder>> FindAsync(IReadOnlyList<UserId> users, CancellationToken cancellationToken);

    /// <summary>
    /// Keeps what is said if it is still based on the version before it, and counts what the person's accounts have moved in the windows of
    /// <paramref name="nowMs"/> from the ledger anew, so that a limit that is new to the person knows of all of it. False: somebody else was faster.
    /// </summary>
    Task<bool> TrySetAsync(StoredHolder holder, long nowMs, CancellationToken cancellationToken);

    /// <summary>What accounts have moved in a direction, as far as it was counted.</summary>
    Task<IReadOnlyList<UsageRow>> ReadUsageAsync(IReadOnlyList<Guid> accounts, MoneyDirection direction, CancellationToken cancellationToken);
}
