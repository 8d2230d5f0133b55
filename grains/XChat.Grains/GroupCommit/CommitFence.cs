namespace XChat.Grains.GroupCommit;

/// <summary>
/// One activation's view of what it owns since it last loaded it. Each chunk is decided on the assumption that those before it are durable, so
/// after the first that is not, the lane drops the rest of that view unseen.
/// </summary>
public sealed class CommitFence
{
    private volatile bool _broken;
    private int _chunks;

    public bool Broken => _broken;

    /// <summary>
    /// The server that has the view's last chunk, as the writer that committed it names it; null when none is known. It may name another than the one at the
    /// end of a connection, after a failover.
    /// </summary>
    internal object? WrittenTo { get; set; }

    /// <summary>The last batch with a chunk of this view: one batch holds at most one.</summary>
    internal long Batch { get; set; }

    /// <summary>Whether chunks of this view wait or commit. Only its activation adds any, so that it sees false only when there are none.</summary>
    internal bool HasChunks => Volatile.Read(ref _chunks) > 0;

    /// <summary>Where they are.</summary>
    internal int Lane { get; set; }

    internal void Enter() => Interlocked.Increment(ref _chunks);

    internal void Leave() => Interlocked.Decrement(ref _chunks);

    internal void Break() => _broken = true;
}
