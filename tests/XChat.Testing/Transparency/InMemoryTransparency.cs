using System.Security.Cryptography;

using XChat.Grains.Accounts;
using XChat.Grains.Transparency;

namespace XChat.Testing.Transparency;

/// <summary>The key log in memory, with the promises of the database; the accounts beside it fill its queue as they are written.</summary>
public sealed class InMemoryTransparency : ITransparencyStore
{
    private readonly Lock _gate = new();
    private readonly List<NewStatement> _entries = [];
    private readonly List<PendingStatement> _pending = [];
    private readonly List<StoredLogKey> _keys = [];
    private StoredLogHead? _head;
    private long _positions;

    /// <summary>An account was written with a device list.</summary>
    public void Enqueue(StoredAccount account, byte[]? keySuccession = null)
    {
        lock (_gate)
        {
            _pending.Add(new PendingStatement(
                ++_positions, account.User, account.Handle, account.Version, account.AccountKey, SHA256.HashData(account.DeviceList),
                keySuccession));
        }
    }

    /// <summary>Changes a statement behind the log's back.</summary>
    public void Tamper(int index, byte[] statement)
    {
        lock (_gate)
        {
            _entries[index] = _entries[index] with { Statement = statement };
        }
    }

    /// <inheritdoc/>
    public Task<StoredLogHead?> LoadHeadAsync(CancellationToken cancellationToken) => Locked(() => _head);

    /// <inheritdoc/>
    public Task<IReadOnlyList<byte[]>> ReadAsync(long from, int limit, CancellationToken cancellationToken) =>
        Locked<IReadOnlyList<byte[]>>(() => [.. _entries.Skip((int)from).Take(limit).Select(entry => entry.Statement)]);

    /// <inheritdoc/>
    public Task<IReadOnlyList<PendingStatement>> ReadPendingAsync(int limit, CancellationToken cancellationToken) =>
        Locked<IReadOnlyList<PendingStatement>>(() => [.. _pending.Take(limit)]);

    /// <inheritdoc/>
    public Task<bool> AppendAsync(LogBatch batch, CancellationToken cancellationToken) => Locked(() =>
    {
        if (_entries.Count != batch.FromSize)
        {
            return false;
        }

        if (batch.Statements.Concat(_entries).DistinctBy(entry => (entry.Label, entry.Version)).Count() != batch.Statements.Count + _entries.Count)
        {
            throw new InvalidOperationException("A version of a label is in the log already.");
        }

        _entries.AddRange(batch.Statements);
        _pending.RemoveAll(pending => batch.Settled.Contains(pending.Position));
        _head = batch.Head;
        return true;
    });

    /// <inheritdoc/>
    public Task<IReadOnlyList<StoredLogKey>> LoadKeysAsync(CancellationToken cancellationToken) => Locked<IReadOnlyList<StoredLogKey>>(() => [.. _keys]);

    /// <inheritdoc/>
    public Task AddKeyAsync(StoredLogKey key, CancellationToken cancellationToken) => Locked(() =>
    {
        if (_keys.TrueForAll(known => known.Number != key.Number))
        {
            _keys.Add(key);
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
