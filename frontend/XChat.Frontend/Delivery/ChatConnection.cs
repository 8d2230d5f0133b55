using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.SignalR;

using XChat.Frontend.Accounts;

namespace XChat.Frontend.Delivery;

/// <summary>
/// One device's connection as delivery sees it. A push goes straight to the transport while the reader keeps up; a queue exists only while it
/// does not. Nobody ever waits for a reader.
/// </summary>
internal sealed class ChatConnection(HubConnectionContext hub, Session session, FrontendMetrics metrics)
{
    /// <summary>
    /// SignalR drops what is on its way when it aborts a connection: the farewell gets this time to leave. Meanwhile nothing is sent any more, and
    /// every call is refused.
    /// </summary>
    private static readonly TimeSpan Parting = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private PushQueue? _queue;
    private Session _session = session;
    private volatile bool _routed;
    private volatile bool _ended;
    private long _mayAsk;

    // Whoever sets it writes until nothing waits: one writer at a time keeps the order.
    private bool _writing;

    /// <summary>Whose connection it is, as last verified.</summary>
    public Session Session
    {
        get => Volatile.Read(ref _session);
        set => Volatile.Write(ref _session, value);
    }

    /// <summary>Whether the grains know that the user is here. From then on a lost push has to be made up for.</summary>
    public bool Routed
    {
        get => _routed;
        set => _routed = value;
    }

    /// <summary>Whether its session is over: it is being closed, and may do nothing any more.</summary>
    public bool Ended => _ended;

    public static ChatConnection Of(IFeatureCollection features) => features.GetRequiredFeature<ChatConnection>();

    /// <summary>
    /// A call of it is refused for want of room. Zero if it is told so now, and from then on has to wait for some time; how long that still is, if it did
    /// not wait.
    /// </summary>
    public TimeSpan Refuse(TimeProvider time, TimeSpan pause)
    {
        long now = time.GetTimestamp();
        lock (_gate)
        {
            if (_mayAsk > now)
            {
                return time.GetElapsedTime(now, _mayAsk);
            }

            _mayAsk = now + (long)(pause.TotalSeconds * time.TimestampFrequency);
            return TimeSpan.Zero;
        }
    }

    /// <summary>Sends now, or as soon as the reader takes it, in the order of the calls. Returns at once.</summary>
    public void Send(Push push)
    {
        lock (_gate)
        {
            if (_ended)
            {
                return;
            }

            if (_writing)
            {
                _queue ??= new PushQueue();
                if (!_queue.TryAdd(push))
                {
                    metrics.Resynced("slow_reader");
                }

                return;
            }

            _writing = true;
        }

        Write(push);
    }

    /// <summary>Tells the client to read the log, in place of all that waits.</summary>
    public void Resync(string cause)
    {
        metrics.Resynced(cause);
        lock (_gate)
        {
            if (_ended)
            {
                return;
            }

            if (_writing)
            {
                _queue ??= new PushQueue();
                _queue.Mark();
                return;
            }

            _writing = true;
        }

        Write(Push.Resync);
    }

    /// <summary>Tells the client that its session is over, then closes.</summary>
    public void EndSession()
    {
        lock (_gate)
        {
            if (_ended)
            {
                return;
            }

            _ended = true;
            if (_writing)
            {
                _queue ??= new PushQueue();
                _queue.Clear();
                _queue.TryAdd(Push.SessionEnded);
                return;
            }

            _writing = true;
        }

        Write(Push.SessionEnded);
    }

    private void Write(Push? push)
    {
        while (push is not null)
        {
            ValueTask write = hub.WriteAsync(push.Message);
            if (!write.IsCompletedSuccessfully)
            {
                _ = WriteRestAsync(write);
                return;
            }

            push = Next();
        }
    }

    private async Task WriteRestAsync(ValueTask write)
    {
        // It does not throw: a connection that cannot be written to is aborted by SignalR.
        await write;
        Write(Next());
    }

    private Push? Next()
    {
        bool ended;
        lock (_gate)
        {
            if (_queue?.Take() is { } push)
            {
                return push;
            }

            _queue = null;
            _writing = false;

            // Not later: an end that comes from now on has its farewell to write first.
            ended = _ended;
        }

        if (ended)
        {
            _ = PartAsync();
        }

        return null;
    }

    private async Task PartAsync()
    {
        await Task.Delay(Parting, TimeProvider.System);
        hub.Abort();
    }
}
