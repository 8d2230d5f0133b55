using System.Diagnostics;

namespace XChat.Grains.GroupCommit;

/// <summary>Items of one view that follow one another and become durable together, in a transaction that they share with other chunks.</summary>
public abstract class CommitChunk<TItem>
{
    private readonly List<TItem> _items = new(1);
    private readonly TaskCompletionSource<ChunkOutcome> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="fence">The view that the items are decided on.</param>
    /// <param name="alone">The chunk has a transaction of its own, and nothing more goes in than its first item.</param>
    protected CommitChunk(CommitFence fence, bool alone)
    {
        Fence = fence;
        Alone = alone;
        fence.Enter();
    }

    /// <summary>What became of it. Never faults.</summary>
    public Task<ChunkOutcome> Outcome => _outcome.Task;

    /// <summary>Rows, roughly: what batches and queues are measured in.</summary>
    public int Count { get; private set; }

    /// <summary>The server that the chunk before it in its view was committed on; null when that is not known. Read when the chunk is written.</summary>
    public object? PredecessorAt => Fence.WrittenTo;

    /// <summary>Set by a writer that has seen the commit, to what names the server; left out, the next chunk's writer has to look.</summary>
    public object? WrittenTo { get; set; }

    /// <summary>In the order in which they were decided. Fixed once the chunk is sealed.</summary>
    protected IReadOnlyList<TItem> Items => _items;

    internal CommitFence Fence { get; }

    /// <summary>The request that made the chunk, when it is traced.</summary>
    internal ActivityContext? Request { get; } = CommitTrace.Request;

    internal bool Alone { get; }

    /// <summary>The lane has taken it: nothing more goes in.</summary>
    internal bool Sealed { get; set; }

    internal long Bytes { get; private set; }

    internal void Add(TItem item, int count, long bytes)
    {
        _items.Add(item);
        Count += count;
        Bytes += bytes;
    }

    /// <summary>Anything but a commit also fails all that was decided on top of this chunk.</summary>
    internal void Complete(ChunkOutcome outcome)
    {
        if (outcome != ChunkOutcome.Committed)
        {
            Fence.Break();
        }

        Fence.WrittenTo = outcome == ChunkOutcome.Committed ? WrittenTo : null;
        Fence.Leave();
        _outcome.SetResult(outcome);
    }
}

/// <summary>What became of a chunk.</summary>
public enum ChunkOutcome
{
    /// <summary>It is durable.</summary>
    Committed = 0,

    /// <summary>Nothing of it is there: another writer has its place, or one of its ids. Load again and decide again.</summary>
    Lost = 1,

    /// <summary>Storage did not answer for so long that nobody knows whether it is there. The caller asks again with the same id.</summary>
    Unknown = 2,
}
