using Microsoft.Extensions.Logging;

using XChat.GrainInterfaces.Conversations;
using XChat.Protocol.Conversations;

namespace XChat.Grains.Conversations.GroupCommit;

/// <summary>
/// One writer and the queue before it. While a batch commits the next one fills; nothing lingers. A conversation always uses the same lane, so
/// its chunks commit in the order in which they were decided.
/// </summary>
internal sealed partial class ConversationLane : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly Queue<LogChunk> _queue = new();
    private readonly SemaphoreSlim _filled = new(0, 1);
    private readonly CancellationTokenSource _stop = new();
    private readonly BatchCommit _commit;
    private readonly IConversationLogWriter _writer;
    private readonly ConversationOptions _options;
    private readonly ConversationMetrics _metrics;
    private readonly ILogger _logger;
    private readonly Task _run;
    private int _queuedEntries;
    private long _queuedBytes;
    private long _batch;
    private bool _waiting;
    private bool _closed;

    public ConversationLane(
        IConversationLogWriter writer, ConversationOptions options, ConversationMetrics metrics, TimeProvider time, ILogger logger)
    {
        _writer = writer;
        _options = options;
        _metrics = metrics;
        _logger = logger;
        _commit = new BatchCommit(writer, options, time, logger);
        _run = RunAsync();
    }

    /// <summary>
    /// Adds an entry to <paramref name="open"/>, the view's last chunk, or to a new one when that has left already. Null: the queue is full.
    /// </summary>
    public LogChunk? TryAppend(LogChunk? open, ConversationId conversation, LogFence fence, LogEntry entry)
    {
        lock (_gate)
        {
            if (!HasRoom(entry))
            {
                return null;
            }

            if (open is { Sealed: false } && open.Count < _options.BatchEntries && open.Bytes < _options.BatchBytes)
            {
                open.Add(entry);
                Count(1, entry.Payload.Length);
                return open;
            }

            LogChunk chunk = new(conversation, fence, entry);
            Enqueue(chunk);
            return chunk;
        }
    }

    /// <summary>Queues a change behind all that its conversation has queued. Null: the queue is full.</summary>
    public LogChunk? TryChange(ConversationChange change, LogFence fence)
    {
        lock (_gate)
        {
            if (!HasRoom(change.Entry))
            {
                return null;
            }

            LogChunk chunk = new(change.Conversation, fence, change.Entry, change);
            Enqueue(chunk);
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

        _stop.CancelAfter(_options.DrainPatience);
        await _run;
        await _writer.DisposeAsync();
        _stop.Dispose();
        _filled.Dispose();
    }

    private bool HasRoom(LogEntry entry) =>
        !_closed && _queuedEntries < _options.QueueEntries && _queuedBytes + entry.Payload.Length <= _options.QueueBytes;

    private void Enqueue(LogChunk chunk)
    {
        _queue.Enqueue(chunk);
        Count(chunk.Count, chunk.Bytes);
        Wake();
    }

    private void Wake()
    {
        if (_waiting)
        {
            _waiting = false;
            _filled.Release();
        }
    }

    private void Count(int entries, long bytes)
    {
        _queuedEntries += entries;
        _queuedBytes += bytes;
    }

    private async Task RunAsync()
    {
        // Whoever makes the lane may be a grain; its scheduler is not ours.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        List<LogChunk> batch = [];
        while (await TakeAsync(batch))
        {
            try
            {
                int entries = batch.Sum(chunk => chunk.Count);
                using (_metrics.Commit(entries))
                {
                    await _commit.RunAsync(batch, _stop.Token);
                }
            }
            catch (Exception problem)
            {
                // A lane that ended would leave its conversations waiting for ever.
                LogBatchFailed(_logger, problem);
                foreach (LogChunk chunk in batch.Where(chunk => !chunk.Outcome.IsCompleted))
                {
                    chunk.Complete(ChunkOutcome.Unknown);
                }
            }

            batch.Clear();
        }
    }

    /// <summary>Waits for work. False: closed, and nothing is left.</summary>
    private async ValueTask<bool> TakeAsync(List<LogChunk> batch)
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
    /// The oldest chunks, up to the limits of a batch. A change goes alone. A second chunk of one view waits for the first, and with it all that
    /// is behind it.
    /// </summary>
    private void Take(List<LogChunk> batch)
    {
        _batch++;
        int entries = 0;
        long bytes = 0;
        while (_queue.TryPeek(out LogChunk? next))
        {
            bool first = batch.Count == 0;
            if (!first && (next.Change is not null || next.Fence.Batch == _batch
                || entries + next.Count > _options.BatchEntries || bytes + next.Bytes > _options.BatchBytes))
            {
                return;
            }

            _queue.Dequeue();
            next.Sealed = true;
            Count(-next.Count, -next.Bytes);
            if (next.Fence.Broken)
            {
                next.Complete(ChunkOutcome.Lost);
                continue;
            }

            next.Fence.Batch = _batch;
            entries += next.Count;
            bytes += next.Bytes;
            batch.Add(next);
            if (next.Change is not null)
            {
                return;
            }
        }
    }

    [LoggerMessage(EventId = 2010, Level = LogLevel.Error, Message = "A batch of a conversation lane failed in a way that is not planned for.")]
    private static partial void LogBatchFailed(ILogger logger, Exception problem);
}
