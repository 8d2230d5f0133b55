using XChat.Grains.Accounts;
using XChat.Protocol.Accounts;
using XChat.Testing.History;
using XChat.Testing.Transparency;

namespace XChat.Testing.Accounts;

/// <summary>
/// Accounts in memory, with the promises of the database: handles and what looks like them are unique, a stale device list is refused. One
/// instance is one database, shared by the silos of a test.
/// </summary>
public sealed class InMemoryAccounts : IAccountStore, IHandleDirectory, IAccountUpkeep
{
    private readonly Lock _gate = new();
    private readonly Dictionary<UserId, (StoredAccount Account, DateTimeOffset PublishedAt)> _rows = [];

    /// <summary>The key packages of these accounts.</summary>
    public InMemoryKeyPackages KeyPackages { get; } = new();

    /// <summary>The histories of these accounts.</summary>
    public InMemoryHistory History { get; } = new();

    /// <summary>The key log of these accounts.</summary>
    public InMemoryTransparency Transparency { get; } = new();

    /// <inheritdoc/>
    public Task<StoredAccount?> LoadAsync(UserId user, CancellationToken cancellationToken) =>
        Locked(() => _rows.TryGetValue(user, out var row) ? row.Account : null);

    /// <inheritdoc/>
    public Task<RegisterWrite> RegisterAsync(StoredAccount account, DateTimeOffset now, CancellationToken cancellationToken) => Locked(() =>
    {
        if (_rows.ContainsKey(account.User))
        {
            return RegisterWrite.UserTaken;
        }

        if (!OwnerWhere(other => HandleRules.Skeleton(other.Handle) == HandleRules.Skeleton(account.Handle)).IsEmpty)
        {
            return RegisterWrite.HandleTaken;
        }

        _rows[account.User] = (account, now);
        Transparency.Enqueue(account);
        return RegisterWrite.Registered;
    });

    /// <inheritdoc/>
    public Task<bool> PublishAsync(DeviceListWrite list, DateTimeOffset now, CancellationToken cancellationToken) => Locked(() =>
    {
        if (!_rows.TryGetValue(list.User, out var row) || row.Account.Version != list.Version - 1)
        {
            return false;
        }

        StoredAccount changed = AccountRules.Apply(row.Account, list);
        _rows[list.User] = (changed, now);
        Transparency.Enqueue(changed, list.Succession?.Signature);
        KeyPackages.Drop(list.User, device => list.LeftOut.Contains(device) || !list.Devices.Contains(device));
        return true;
    });

    /// <inheritdoc/>
    public Task MarkEndedAsync(UserId user, IReadOnlyList<DeviceId> devices, CancellationToken cancellationToken) =>
        Change(user, account => account with { Revoked = [.. account.Revoked.Except(devices)] });

    /// <inheritdoc/>
    public Task MarkToldAsync(UserId user, long version, CancellationToken cancellationToken) =>
        Change(user, account => account.Version == version ? account with { ToldVersion = version } : account);

    /// <inheritdoc/>
    public Task<UserId> FindAsync(string handle, CancellationToken cancellationToken) =>
        Locked(() => OwnerWhere(account => account.Handle == handle));

    /// <inheritdoc/>
    public Task<UserId> FindLookalikeAsync(string skeleton, CancellationToken cancellationToken) =>
        Locked(() => OwnerWhere(account => HandleRules.Skeleton(account.Handle) == skeleton));

    /// <inheritdoc/>
    public Task<IReadOnlyList<UserId>> FindUnfinishedAsync(
        DateTimeOffset before, UserId after, int limit, CancellationToken cancellationToken) => Locked<IReadOnlyList<UserId>>(() =>
    [
        .. _rows.Values
            .Where(row => row.Account.Unfinished && row.PublishedAt < before)
            .Select(row => row.Account.User)
            .Where(user => string.CompareOrdinal(Order(user), Order(after)) > 0)
            .OrderBy(Order, StringComparer.Ordinal)
            .Take(limit),
    ]);

    /// <inheritdoc/>
    public Task<int> DropKeyPackagesAsync(DateTimeOffset now, DateTimeOffset usedBefore, int limit, CancellationToken cancellationToken) =>
        Task.FromResult(KeyPackages.DropSpent(now, usedBefore, limit));

    /// <summary>The order of the database: by the bytes of the identifier as it is written.</summary>
    private static string Order(UserId user) => user.Value.ToString("N");

    private UserId OwnerWhere(Func<StoredAccount, bool> condition) =>
        _rows.Values.Select(row => row.Account).FirstOrDefault(condition)?.User ?? UserId.Empty;

    private Task<bool> Change(UserId user, Func<StoredAccount, StoredAccount> change) => Locked(() =>
    {
        if (_rows.TryGetValue(user, out var row))
        {
            _rows[user] = row with { Account = change(row.Account) };
        }

        return true;
    });

    private Task<T> Locked<T>(Func<T> access)
    {
        lock (_gate)
        {
            return Task.FromResult(access());
        }
    }
}
