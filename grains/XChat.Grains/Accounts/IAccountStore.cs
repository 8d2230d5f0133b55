using XChat.Crypto.Identity;
using XChat.Protocol.Accounts;

namespace XChat.Grains.Accounts;

/// <summary>The rows of accounts. A stale writer loses; nothing is written twice.</summary>
public interface IAccountStore
{
    /// <summary>An account, or null.</summary>
    Task<StoredAccount?> LoadAsync(UserId user, CancellationToken cancellationToken);

    /// <summary>Inserts a new account unless its id, its handle, or a handle that looks the same is taken.</summary>
    Task<RegisterWrite> RegisterAsync(StoredAccount account, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>
    /// Puts a device list in force if the version before it still is, and removes the key packages of devices that it leaves out, in one transaction.
    /// </summary>
    /// <returns>Whether it is in force now; false: another writer got ahead.</returns>
    Task<bool> PublishAsync(DeviceListWrite list, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Notes that the sessions of revoked devices have ended.</summary>
    Task MarkEndedAsync(UserId user, IReadOnlyList<DeviceId> devices, CancellationToken cancellationToken);

    /// <summary>Notes that all conversations know a version, if it is still the one in force.</summary>
    Task MarkToldAsync(UserId user, long version, CancellationToken cancellationToken);
}

/// <summary>What became of an insert.</summary>
public enum RegisterWrite
{
    /// <summary>The account is there now.</summary>
    Registered = 1,

    /// <summary>The id has an account.</summary>
    UserTaken = 2,

    /// <summary>Another account has the handle or one that looks the same.</summary>
    HandleTaken = 3,
}

/// <summary>
/// The next device list, the devices in it, and those of the list before that it leaves out. <c>Succession</c> is the account key from now on with the
/// signature of the one before; null: the key stays.
/// </summary>
public sealed record DeviceListWrite(
    UserId User, long Version, byte[] DeviceList, IReadOnlyList<DeviceId> Devices, IReadOnlyList<DeviceId> LeftOut, KeySuccession? Succession = null);
