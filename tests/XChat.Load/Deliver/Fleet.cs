using System.Collections.Concurrent;

using MessagePack;

using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;

using XChat.Protocol;
using XChat.Protocol.Conversations;
using XChat.Protocol.Delivery;

namespace XChat.Load.Deliver;

/// <summary>Many clients of one server, as the C# SDK connects them: WebSockets and MessagePack. Counts what they receive.</summary>
public sealed class Fleet : IAsyncDisposable
{
    /// <summary>Connections that are opened at once.</summary>
    private const int Opening = 64;

    private readonly ConcurrentDictionary<Guid, long> _sent = new();
    private HubConnection[] _connections = [];
    private long _received;
    private Measure? _latency;

    /// <summary>Entries that came in, over all connections.</summary>
    public long Received => Volatile.Read(ref _received);

    public int Count => _connections.Length;

    public HubConnection this[int index] => _connections[index];

    public static async Task<Fleet> ConnectAsync(Uri server, int count, Func<int, string?> tokenOf, CancellationToken cancellationToken)
    {
        Fleet fleet = new() { _connections = new HubConnection[count] };
        await Parallel.ForEachAsync(
            Enumerable.Range(0, count),
            new ParallelOptions { MaxDegreeOfParallelism = Opening, CancellationToken = cancellationToken },
            async (index, token) =>
            {
                HubConnection connection = fleet.Build(server, tokenOf(index));
                fleet._connections[index] = connection;
                await connection.StartAsync(token);
            });
        return fleet;
    }

    public async Task SendAsync(int index, string method, SendMessageRequest request)
    {
        EntryResult result = await _connections[index].InvokeAsync<EntryResult>(method, request);
        if (result.Status != ConversationStatus.Accepted)
        {
            throw new LoadException($"A message was answered with {result.Status}: the run shows nothing.");
        }
    }

    /// <summary>From now on the time from <see cref="Expect"/> to the receipt of a message goes into a measure.</summary>
    public Measure MeasureReceipts() => _latency = new Measure();

    /// <summary>A message was due to be sent at a timestamp.</summary>
    public void Expect(Guid message, long dueAt) => _sent[message] = dueAt;

    public async ValueTask DisposeAsync() => await Parallel.ForEachAsync(
        _connections.Where(connection => connection is not null),
        new ParallelOptions { MaxDegreeOfParallelism = Opening },
        async (connection, _) => await connection.DisposeAsync());

    private HubConnection Build(Uri server, string? token)
    {
        HubConnection connection = new HubConnectionBuilder()
            .WithUrl(new Uri(server, Routes.Hub), http =>
            {
                http.SkipNegotiation = true;
                http.Transports = HttpTransportType.WebSockets;
                http.AccessTokenProvider = () => Task.FromResult(token);
            })
            .AddMessagePackProtocol(protocol => protocol.SerializerOptions = MessagePackSerializerOptions.Standard)
            .Build();
        connection.On<IReadOnlyList<Entry>>(nameof(IChatClient.Deliver), Receive);
        return connection;
    }

    private void Receive(IReadOnlyList<Entry> entries)
    {
        Interlocked.Add(ref _received, entries.Count);
        foreach (Entry entry in entries)
        {
            if (_latency is { } latency && _sent.TryRemove(entry.Message, out long dueAt))
            {
                latency.Add(dueAt);
            }
        }
    }
}
