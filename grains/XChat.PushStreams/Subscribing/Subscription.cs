using Microsoft.Extensions.Logging;

using Orleans.Serialization;

namespace XChat.PushStreams.Subscribing;

/// <summary>
/// One subscription of this process: a bounded inbox that the receiver fills and the thread pool drains into the observer, one call at a time.
/// </summary>
internal abstract class Subscription(StreamId stream, PushStreamOptions options, PushStreamMetrics metrics, TimeProvider time, ILogger logger)
    : IThreadPoolWorkItem, IDisposable
{
    private readonly Lock _gate = new();
    private readonly Backlog _inbox = new(options.InboxItems, options.InboxBytes);
    private Exception? _lastWord;
    private bool _running;
    private volatile bool _ended;

    public Guid Id { get; } = Guid.NewGuid();

    public StreamId Stream => stream;

    /// <summary>Ticks when the lease has to be renewed, until the subscription ends.</summary>
    public PeriodicTimer Renewal { get; } = new(options.Lease / 3, time);

    public bool Ended => _ended;

    protected ILogger Logger => logger;

    /// <summary>Takes a batch in; false if the subscription has ended.</summary>
    public bool Take(PushBatch batch)
    {
        lock (_gate)
        {
            if (_ended)
            {
                return false;
            }

            // What waits came before the gap. The reader has to look elsewhere anyway, so it goes: a mark in front of it would be told too early.
            int lost = batch.Gap ? _inbox.Lose() : 0;
            foreach (byte[] item in batch.Items)
            {
                lost += _inbox.Add(item);
            }

            if (lost > 0)
            {
                metrics.Overflowed(lost);
            }

            Start();
            return true;
        }
    }

    /// <summary>Items may have been lost.</summary>
    public void MarkGap()
    {
        lock (_gate)
        {
            if (!_ended)
            {
                _inbox.MarkGap();
                Start();
            }
        }
    }

    public void ObserverFailed(Exception problem)
    {
        logger.ObserverFailed(problem, stream);
        MarkGap();
    }

    /// <summary>No item begins to be delivered after this; only the last word, if there is one.</summary>
    public void End(Exception? lastWord)
    {
        lock (_gate)
        {
            if (_ended)
            {
                return;
            }

            _ended = true;
            _inbox.Clear();
            Renewal.Dispose();
            _lastWord = lastWord;
            if (lastWord is not null)
            {
                Start();
            }
        }
    }

    public void Dispose() => End(lastWord: null);

    void IThreadPoolWorkItem.Execute() => _ = RunAsync();

    protected abstract Task DeliverAsync(byte[][] items);

    protected abstract Task TellAsync(Exception error);

    private void Start()
    {
        if (!_running)
        {
            _running = true;
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    private async Task RunAsync()
    {
        while (Next() is { } work)
        {
            if (work.Error is not null)
            {
                await TellSafelyAsync(work.Error);
            }

            await DeliverAsync(work.Items);
        }
    }

    private (Exception? Error, byte[][] Items)? Next()
    {
        lock (_gate)
        {
            if (_lastWord is { } lastWord)
            {
                _lastWord = null;
                return (lastWord, []);
            }

            _running = !_inbox.IsEmpty;
            if (!_running)
            {
                return null;
            }

            Backlog.Portion portion = _inbox.Take(options.BatchItems, options.BatchBytes);
            return (portion.Gap ? new PushStreamGapException() : null, portion.Items);
        }
    }

    private async Task TellSafelyAsync(Exception error)
    {
        try
        {
            if (error is PushStreamGapException)
            {
                metrics.Gap();
            }

            await TellAsync(error);
        }
        catch (Exception problem)
        {
            logger.ObserverFailed(problem, stream);
        }
    }
}

/// <summary>A subscription to items of a type.</summary>
internal sealed class Subscription<T>(
    StreamId stream, Serializer<T> serializer, ITarget<T> target, PushStreamOptions options, PushStreamMetrics metrics, TimeProvider time, ILogger logger)
    : Subscription(stream, options, metrics, time, logger)
{
    private volatile ITarget<T> _target = target;

    /// <summary>Gives what follows to another observer.</summary>
    public void Resume(ITarget<T> next) => _target = next;

    protected override async Task DeliverAsync(byte[][] items)
    {
        List<T> read = new(items.Length);
        foreach (byte[] item in items)
        {
            try
            {
                read.Add(serializer.Deserialize(item)!);
            }
            catch (Exception problem)
            {
                Logger.ItemUnreadable(problem, Stream);
                MarkGap();
            }
        }

        await _target.NextAsync(read, this);
    }

    protected override Task TellAsync(Exception error) => _target.ErrorAsync(error);
}
