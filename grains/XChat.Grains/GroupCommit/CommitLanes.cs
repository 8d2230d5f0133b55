namespace XChat.Grains.GroupCommit;

/// <summary>
/// The lanes of a domain. One lane is enough until more waits for it than is worth a transaction: fewer, fuller transactions cost the database less
/// and everybody waits for one commit instead of sharing the cores with another. Beyond that the emptiest lane is taken. A view whose chunks are on
/// their way stays with its lane until they have ended, so that they commit in the order in which they were decided.
/// </summary>
internal sealed class CommitLanes<TChunk, TItem> : IAsyncDisposable
    where TChunk : CommitChunk<TItem>
{
    private readonly CommitLane<TChunk, TItem>[] _lanes;
    private readonly int _laneFill;

    /// <param name="count">How many lanes.</param>
    /// <param name="laneFill">Items that wait in the first lane before others are used.</param>
    /// <param name="open">Makes a lane.</param>
    public CommitLanes(int count, int laneFill, Func<CommitLane<TChunk, TItem>> open)
    {
        _lanes = [.. Enumerable.Range(0, count).Select(_ => open())];
        _laneFill = laneFill;
    }

    /// <inheritdoc cref="CommitLane{TChunk, TItem}.TryAdd{TView}"/>
    public TChunk? TryAdd<TView>(CommitFence fence, TChunk? open, TItem item, int count, long bytes, TView view, Func<TView, TChunk> create)
    {
        if (!fence.HasChunks)
        {
            fence.Lane = Choose();
        }

        return _lanes[fence.Lane].TryAdd(open, item, count, bytes, view, create);
    }

    /// <summary>Commits what is queued and lets the connections go.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (CommitLane<TChunk, TItem> lane in _lanes)
        {
            await lane.DisposeAsync();
        }
    }

    private int Choose()
    {
        int chosen = 0;
        int least = _lanes[0].Waiting;
        for (int lane = 1; lane < _lanes.Length && least >= _laneFill; lane++)
        {
            if (_lanes[lane].Waiting is int waiting && waiting < least)
            {
                (chosen, least) = (lane, waiting);
            }
        }

        return chosen;
    }
}
