using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace XChat.Client.Delivery;

/// <summary>Hands events to every listener. A listener that falls behind loses events and is told so; nobody waits for it.</summary>
internal sealed class EventFeed
{
    private const int Behind = 4_096;

    private readonly Lock _turn = new();
    private readonly List<Listener> _listeners = [];

    public void Publish(ChatEvent happened)
    {
        lock (_turn)
        {
            foreach (Listener listener in _listeners)
            {
                listener.Missed |= !listener.Events.Writer.TryWrite(happened);
            }
        }
    }

    /// <summary>Listening begins with the call, not with the first read.</summary>
    public IAsyncEnumerable<ChatEvent> ListenAsync(CancellationToken cancellationToken)
    {
        Listener listener = new();
        lock (_turn)
        {
            _listeners.Add(listener);
        }

        return ReadAsync(listener, cancellationToken);
    }

    public void End()
    {
        lock (_turn)
        {
            _listeners.ForEach(listener => listener.Events.Writer.TryComplete());
        }
    }

    private async IAsyncEnumerable<ChatEvent> ReadAsync(Listener listener, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        try
        {
            await foreach (ChatEvent happened in listener.Events.Reader.ReadAllAsync(cancellationToken))
            {
                yield return happened;
                if (listener.Missed && listener.Events.Reader.Count == 0)
                {
                    listener.Missed = false;
                    yield return new EventsMissed();
                }
            }
        }
        finally
        {
            lock (_turn)
            {
                _ = _listeners.Remove(listener);
            }
        }
    }

    private sealed class Listener
    {
        public Channel<ChatEvent> Events { get; } = Channel.CreateBounded<ChatEvent>(new BoundedChannelOptions(Behind) { SingleReader = true });

        public volatile bool Missed;
    }
}
