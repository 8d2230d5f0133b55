using XChat.Protocol.Accounts;

namespace XChat.Grains.Transparency;

/// <summary>
/// The rows of the key log. A change of an account waits here from the transaction on that made it: whatever stops in between, it reaches the log, and once.
/// </summary>
public interface ITransparencyStore
{
    /// <summary>The head in force; null before the first one.</summary>
    Task<StoredLogHead?> LoadHeadAsync(CancellationToken cancellationToken);

    /// <summary>Statements from the one at <paramref name="from"/> on, in order.</summary>
    Task<IReadOnlyList<byte[]>> ReadAsync(long from, int limit, CancellationToken cancellationToken);

    /// <summary>The oldest changes of accounts that wait to be logged; those of one account in the order in which they were made.</summary>
    Task<IReadOnlyList<PendingStatement>> ReadPendingAsync(int limit, CancellationToken cancellationToken);

    /// <summary>Appends statements, takes away what waited for them and puts the new head in force, in one transaction.</summary>
    /// <returns>False: the log is not of the size that the batch builds on any more, and nothing was changed.</returns>
    Task<bool> AppendAsync(LogBatch batch, CancellationToken cancellationToken);

    /// <summary>The signing keys, rising.</summary>
    Task<IReadOnlyList<StoredLogKey>> LoadKeysAsync(CancellationToken cancellationToken);

    /// <summary>Adds a signing key unless its number is taken.</summary>
    Task AddKeyAsync(StoredLogKey key, CancellationToken cancellationToken);
}

/// <summary>A head as it was signed, and the size of the log that it speaks of.</summary>
public sealed record StoredLogHead(long Size, byte[] SignedHead);

/// <summary>
/// A change of an account that is in force and not in the log yet. The hash is SHA-256 of the signed device list; <c>KeySuccession</c> is the signature of the
/// account key before, when this change gave the account another one.
/// </summary>
public sealed record PendingStatement(
    long Position, UserId User, string Label, long Version, byte[] AccountKey, byte[] DeviceListHash, byte[]? KeySuccession = null);

/// <summary>A statement that is to be appended.</summary>
public sealed record NewStatement(string Label, long Version, byte[] Statement);

/// <summary>What one transaction does: statements from the place <c>FromSize</c> on, the places in the queue that they settle, and the new head.</summary>
public sealed record LogBatch(long FromSize, IReadOnlyList<NewStatement> Statements, IReadOnlyList<long> Settled, StoredLogHead Head);

/// <summary>A signing key with its private part (an Ed25519 seed, 32 bytes).</summary>
public sealed record StoredLogKey(int Number, byte[] Seed, byte[] PublicKey, byte[] Endorsement);
