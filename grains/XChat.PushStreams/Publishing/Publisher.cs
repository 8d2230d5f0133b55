using System.Collections.Concurrent;

using Microsoft.Extensions.Logging;

using XChat.PushStreams.Rendezvous;

namespace XChat.PushStreams.Publishing;

/// <summary>The streams that this process publishes to. One that is no longer used is let go when another is added, so no timer is needed.</summary>
internal sealed class Publisher(
    Func<StreamId, FindSubscriber, Task<SubscriberFound>> find, PushStreamOptions options, PushStreamMetrics metrics, TimeProvider time, ILogger logger)
{
    private readonly ConcurrentDictionary<StreamId, Outlet> _outlets = new();
    private long _swept = time.GetTimestamp();

    public PushStreamOptions Options => options;

    public PushStreamMetrics Metrics => metrics;

    public TimeProvider Time => time;

    public ILogger Logger => logger;

    /// <summary>Streams that are kept.</summary>
    public int Kept => _outlets.Count;

    /// <summary>Queues an item. See <see cref="PushStreamHosting"/> for what the answer says.</summary>
    public Task PublishAsync(StreamId stream, byte[] item)
    {
        Task? accepted;
        do
        {
            if (!_outlets.TryGetValue(stream, out Outlet? outlet))
            {
                Sweep();
                outlet = _outlets.GetOrAdd(stream, static (id, publisher) => new Outlet(id, publisher), this);
            }

            accepted = outlet.Publish(item);
        }
        while (accepted is null);

        return accepted;
    }

    public Task<SubscriberFound> FindAsync(StreamId stream, FindSubscriber request) => find(stream, request);

    private void Sweep()
    {
        long swept = Volatile.Read(ref _swept);
        if (time.GetElapsedTime(swept) < options.Lease || Interlocked.CompareExchange(ref _swept, time.GetTimestamp(), swept) != swept)
        {
            return;
        }

        foreach ((StreamId stream, Outlet outlet) in _outlets)
        {
            if (outlet.TryRetire(options.Lease))
            {
                _outlets.TryRemove(new KeyValuePair<StreamId, Outlet>(stream, outlet));
            }
        }
    }
}
