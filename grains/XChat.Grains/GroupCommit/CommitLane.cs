using System.Diagnostics;

using Microsoft.Extensions.Logging;

namespace XChat.Grains.GroupCommit;

/// <summary>
/// One writer and the queue before it. While a batch commits the next one fills; nothing lingers. Chunks of one view that are in it together commit
/// in the order in which they were decided.
/// </summary>
internal sealed class CommitLane<TChunk, TItem> : IAsyncDisposable
    where TChunk : CommitChunk<TItem>
{
    private readonly Lock _gate = new();
    private readonly Queue<TChunk> _queue = new();
    private readonly SemaphoreSlim _filled = new(0, 1);
    private readonly CancellationTokenSource _stop = new();
    private readonly BatchCommit<TChunk, TItem> _commit;
    private readonly IChunkWriter<TChunk> _writer;
    private readonly LaneLimits _limits;
    private readonly LaneMetrics _metrics;
    private readonly ILogger _logger;
    private readonly Task _run;
    private int _queuedItems;
    private long _queuedBytes;
    private long _batch;
    private bool _waiting;
    private bool _closed;

    public CommitLane(IChunkWriter<TChunk> writer, LaneLimits limits, LaneMetrics metrics, TimeProvider time, ILogger logger)
    {
        _writer = writer;
        _limits = limits;
        _metrics = metrics;
        _logger = logger;
        _commit = new BatchCommit<TChunk, TItem>(writer, limits, metrics, time, logger);
        _run = RunAsync();
    }

    /// <summary>Items in the queue.</summary>
    public int Waiting => Volatile.Read(ref _queuedItems);

    /// <summary>
    /// Queues an item behind those that its view has queued: in <paramref name="open"/>, the view's last chunk, or in a new one when that has left
    /// already. The answer is the chunk that it is in; null when the queue is full and nothing was done.
    /// </summary>
    public TChunk? TryAdd<TView>(TChunk? open, TItem item, int count, long bytes, TView view, Func<TView, TChunk> create)
    {
        lock (_gate)
        {
            if (_closed || _queuedItems >= _limits.QueueItems || _queuedBytes + bytes > _limits.QueueBytes)
            {
                return null;
            }

            Weigh(count, bytes);
            if (open is { Sealed: false, Alone: false } && open.Count < _limits.BatchItems && open.Bytes < _limits.BatchBytes)
            {
                open.Add(item, count, bytes);
                return open;
            }

            TChunk chunk = create(view);
            chunk.Add(item, count, bytes);
            _queue.Enqueue(chunk);
            Wake();
            return chunk;
        }
    }

    /// <summary>Commits what is queued and stops.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _closed = true;
            Wake();
        }

        _stop.CancelAfter(_limits.DrainPatience);
        await _run;
        await _writer.DisposeAsync();
        _stop.Dispose();
        _filled.Dispose();
    }

    private void Wake()
    {
        if (_waiting)
        {
            _waiting = false;
            _filled.Release();
        }
    }

    private void Weigh(int items, long bytes)
    {
        _queuedItems += items;
        _queuedBytes += bytes;
    }

    private async Task RunAsync()
    {
        // Whoever makes the lane may be a grain; its scheduler is not ours.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        // Nor is its trace: the lane outlives the request that made it.
        Activity.Current = null;
        List<TChunk> batch = [];
        while (await TakeAsync(batch))
        {
            try
            {
                using (CommitTrace.Begin(_limits.Name, batch.Select(chunk => chunk.Request)))
                using (_metrics.Commit(batch.Sum(chunk => chunk.Count)))
                {
                    await _commit.RunAsync(batch, _stop.Token);
                }
            }
            catch (Exception problem)
            {
                // A lane that ended would leave everyone behind it waiting for ever.
                LaneLog.BatchFailed(_logger, problem, _limits.Name);
                foreach (TChunk chunk in batch.Where(chunk => !chunk.Outcome.IsCompleted))
                {
                    chunk.Complete(ChunkOutcome.Unknown);
                }
            }

            batch.Clear();
        }
    }

    /// <summary>Waits for work. False: closed, and nothing is left.</summary>
    private async ValueTask<bool> TakeAsync(List<TChunk> batch)
    {
        while (true)
        {
            lock (_gate)
            {
                Take(batch);
                if (batch.Count > 0)
                {
                    return true;
                }

                if (_closed)
                {
                    return false;
                }

                _waiting = true;
            }

            await _filled.WaitAsync();
        }
    }

    /// <summary>
    /// The oldest chunks, up to the limits of a batch. One that has to be alone goes alone. A second chunk of one view waits for the first, and
    /// with it all that is behind it.
    /// </summary>
    private void Take(List<TChunk> batch)
    {
        _batch++;
        int items = 0;
        long bytes = 0;
        while (_queue.TryPeek(out TChunk? next))
        {
            bool first = batch.Count == 0;
            if (!first && (next.Alone || next.Fence.Batch == _batch
                || items + next.Count > _limits.BatchItems || bytes + next.Bytes > _limits.BatchBytes))
            {
                return;
            }

            _queue.Dequeue();
            next.Sealed = true;
            Weigh(-next.Count, -next.Bytes);
            if (next.Fence.Broken)
            {
                next.Complete(ChunkOutcome.Lost);
                continue;
            }

            next.Fence.Batch = _batch;
            items += next.Count;
            bytes += next.Bytes;
            batch.Add(next);
            if (next.Alone)
            {
                return;
            }
        }
    }
}
