using System.Collections.Concurrent;
using System.Globalization;

using MessagePack;

using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;

using XChat.Protocol;
using XChat.Protocol.Conversations;
using XChat.Protocol.Delivery;
using XChat.Testing;

namespace XChat.Load.Deliver;

/// <summary>Many clients of one server, as the C# SDK connects them: WebSockets and MessagePack. Counts what they receive.</summary>
public sealed class Fleet : IAsyncDisposable
{
    /// <summary>Connections that are opened at once.</summary>
    private const int Opening = 64;

    private static readonly TimeSpan AgainAfter = TimeSpan.FromMilliseconds(250);

    private readonly ConcurrentDictionary<Guid, Expected> _expected = new();
    private HubConnection[] _connections = [];
    private Measure? _receipts;
    private long _received;
    private long _resyncs;

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
                HubConnection connection = fleet.Build(server, index, tokenOf(index));
                fleet._connections[index] = connection;
                await connection.StartAsync(token);
            });
        return fleet;
    }

    /// <summary>Sends from the connection that a number falls on.</summary>
    public async Task SendAsync(long number, string method, SendMessageRequest request)
    {
        EntryResult result = await _connections[number % Count].InvokeAsync<EntryResult>(method, request);
        if (result.Status != ConversationStatus.Accepted)
        {
            throw new LoadException($"A message was answered with {result.Status}: the run shows nothing.");
        }
    }

    /// <summary>Sends until it is accepted: a server that has just started finds out first how much it can do.</summary>
    public async Task SendPatientlyAsync(long number, string method, SendMessageRequest request)
    {
        while (true)
        {
            try
            {
                EntryResult result = await _connections[number % Count].InvokeAsync<EntryResult>(method, request);
                if (result.Status is ConversationStatus.Accepted or ConversationStatus.AlreadyAccepted)
                {
                    return;
                }
            }
            catch (HubException refused) when (refused.Message.Contains(ErrorReason.Unavailable, StringComparison.Ordinal))
            {
                await Task.Delay(AgainAfter);
            }
        }
    }

    /// <summary>
    /// Messages to all connections, counted as they come in. A slice is over when the last delivery of the last message is in: one that never
    /// comes fails the run.
    /// </summary>
    public Part Broadcasts(string name, int broadcasters, Func<long, Task> broadcast) => new(name, async (measure, duration) =>
    {
        Measure sends = new("sends");
        long before = Volatile.Read(ref _received);
        await Loops.ClosedAsync(sends, broadcasters, duration, async number =>
        {
            long begun = System.Diagnostics.Stopwatch.GetTimestamp();
            await broadcast(number);
            measure.Add(begun, Count);
        });
        await AllReceivedAsync(before + (sends.Operations * Count));
    });

    /// <summary>From now on the time from <see cref="Expect"/> to the receipt of a message by another connection goes into a measure.</summary>
    public void MeasureReceipts(Measure measure) => _receipts = measure;

    /// <summary>A message of a connection is due to be sent at a timestamp.</summary>
    public void Expect(long number, Guid message, long dueAt) => _expected[message] = new Expected((int)(number % Count), dueAt);

    /// <summary>Waits until whatever was expected has come.</summary>
    public Task NothingExpectedAsync() => WaitAsync(() => _expected.IsEmpty);

    public async ValueTask DisposeAsync() => await Parallel.ForEachAsync(
        _connections.Where(connection => connection is not null),
        new ParallelOptions { MaxDegreeOfParallelism = Opening },
        async (connection, _) => await connection.DisposeAsync());

    private Task AllReceivedAsync(long count) => WaitAsync(() => Volatile.Read(ref _received) >= count);

    private async Task WaitAsync(Func<bool> condition)
    {
        try
        {
            await Eventually.HoldsAsync(condition, CancellationToken.None);
        }
        catch (TimeoutException)
        {
            throw new LoadException(string.Create(
                CultureInfo.InvariantCulture, $"Messages were accepted but not delivered; {_resyncs} times a client was told to read the log instead."));
        }
    }

    private HubConnection Build(Uri server, int index, string? token)
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
        connection.On<IReadOnlyList<Entry>>(nameof(IChatClient.Deliver), entries => Receive(index, entries));
        connection.On(nameof(IChatClient.Resync), () => Interlocked.Increment(ref _resyncs));
        return connection;
    }

    private void Receive(int index, IReadOnlyList<Entry> entries)
    {
        Interlocked.Add(ref _received, entries.Count);
        foreach (Entry entry in entries)
        {
            // The sender's own connection hears of its message too.
            if (_expected.TryGetValue(entry.Message, out Expected expected) && expected.Sender != index && _expected.TryRemove(entry.Message, out _))
            {
                _receipts!.Add(expected.DueAt);
            }
        }
    }

    private readonly record struct Expected(int Sender, long DueAt);
}
