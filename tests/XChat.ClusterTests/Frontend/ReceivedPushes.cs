using System.Collections.Concurrent;

using Microsoft.AspNetCore.SignalR.Client;

using XChat.Protocol.Conversations;
using XChat.Protocol.Delivery;

namespace XChat.ClusterTests.Frontend;

/// <summary>What a connected client was told.</summary>
internal sealed class ReceivedPushes
{
    private int _resyncs;

    public ReceivedPushes(HubConnection connection)
    {
        connection.On<IReadOnlyList<Entry>>(nameof(IChatClient.Deliver), entries =>
        {
            foreach (Entry entry in entries)
            {
                Entries.Enqueue(entry);
            }
        });
        connection.On(nameof(IChatClient.Resync), () => Interlocked.Increment(ref _resyncs));
        connection.On<IReadOnlyList<Signal>>(nameof(IChatClient.Signal), signals =>
        {
            foreach (Signal signal in signals)
            {
                Signals.Enqueue(signal);
            }
        });
        connection.On<DisconnectReason>(nameof(IChatClient.Disconnecting), reason => Farewell = reason);
        connection.Closed += _ =>
        {
            Closed = true;
            return Task.CompletedTask;
        };
    }

    public ConcurrentQueue<Entry> Entries { get; } = new();

    public ConcurrentQueue<Signal> Signals { get; } = new();

    public int Resyncs => Volatile.Read(ref _resyncs);

    public DisconnectReason? Farewell { get; private set; }

    public bool Closed { get; private set; }
}
