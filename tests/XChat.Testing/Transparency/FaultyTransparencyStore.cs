using XChat.Grains.Transparency;

namespace XChat.Testing.Transparency;

/// <summary>A store of the key log whose next transaction fails, or is committed and its answer lost, when a test says so.</summary>
public sealed class FaultyTransparencyStore(ITransparencyStore inner) : ITransparencyStore
{
    /// <summary>What becomes of the next append.</summary>
    public AppendFault Next { get; set; }

    /// <summary>Called when an append was carried out.</summary>
    public Action Appended { get; set; } = () => { };

    /// <inheritdoc/>
    public async Task<bool> AppendAsync(LogBatch batch, CancellationToken cancellationToken)
    {
        AppendFault fault = Next;
        Next = AppendFault.None;
        bool written = fault != AppendFault.Fails && await inner.AppendAsync(batch, cancellationToken);
        Appended();
        return fault == AppendFault.None ? written : throw new TimeoutException("The database does not answer.");
    }

    /// <inheritdoc/>
    public Task<StoredLogHead?> LoadHeadAsync(CancellationToken cancellationToken) => inner.LoadHeadAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<byte[]>> ReadAsync(long from, int limit, CancellationToken cancellationToken) => inner.ReadAsync(from, limit, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<PendingStatement>> ReadPendingAsync(int limit, CancellationToken cancellationToken) =>
        inner.ReadPendingAsync(limit, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<StoredLogKey>> LoadKeysAsync(CancellationToken cancellationToken) => inner.LoadKeysAsync(cancellationToken);

    /// <inheritdoc/>
    public Task AddKeyAsync(StoredLogKey key, CancellationToken cancellationToken) => inner.AddKeyAsync(key, cancellationToken);
}

/// <summary>What becomes of an append.</summary>
public enum AppendFault
{
    /// <summary>It is carried out.</summary>
    None,

    /// <summary>Nothing is written.</summary>
    Fails,

    /// <summary>It is written, and nobody hears of it.</summary>
    AnswerLost,
}
