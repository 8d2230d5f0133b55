using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

using XChat.Frontend.Delivery;
using XChat.GrainInterfaces.Accounts;
using XChat.GrainInterfaces.Conversations;
using XChat.GrainInterfaces.Delivery;
using XChat.Protocol.Accounts;
using XChat.Protocol.Conversations;
using XChat.Protocol.Delivery;
using XChat.Testing;

namespace XChat.ClusterTests.Frontend;

/// <summary>What the frontend hears on its streams reaches the right connections, and nobody else waits for a slow one.</summary>
public sealed class DeliveryTests
{
    private static readonly ConversationId Chat = ConversationId.New();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Entries_and_signals_reach_every_connection_of_the_recipients_in_order(bool json)
    {
        await using FrontendHost host = await FrontendHost.StartAsync();
        Caller alice = FrontendHost.NewCaller();
        await using HubConnection phone = await host.ConnectAsync(alice, json);
        await using HubConnection laptop = await host.ConnectAsync(alice with { Device = DeviceId.New() }, json);
        await using HubConnection stranger = await host.ConnectAsync(FrontendHost.NewCaller(), json);
        ReceivedPushes[] pushes = [new(phone), new(laptop), new(stranger)];
        await host.RoutedAsync(3);

        for (int seq = 1; seq <= 300; seq++)
        {
            await host.Cluster.Streams.PublishAsync(EntryFor(seq, 100, alice.User));
        }

        MemberSignal typing = new(SignalKind.Typing, alice, 0, 0, [7]);
        await host.Cluster.Streams.PublishAsync(
            new FrontendEvent(FrontendEventKind.SignalSent, Chat, [alice.User], null, typing, default));

        await Eventually.HoldsAsync(() => pushes[..2].All(one => one.Signals.Count == 1), Cancelled);
        Assert.All(pushes[..2], one => Assert.Equal(Enumerable.Range(1, 300).Select(seq => (long)seq), one.Entries.Select(entry => entry.Seq)));
        Assert.All(pushes[..2], one => Assert.Equal(alice.Device.Value, one.Signals.Single().Device));
        Assert.Equal((Chat.Value, 100), (pushes[0].Entries.First().Conversation, pushes[0].Entries.First().Payload.Length));
        Assert.Empty(pushes[2].Entries);
    }

    [Fact]
    public async Task A_slow_reader_gets_a_resync_mark_for_what_it_missed_and_holds_no_memory_and_nobody_up()
    {
        const int Sent = 3_000;
        await using FrontendHost host = await FrontendHost.StartAsync();
        Caller slow = FrontendHost.NewCaller();
        Caller quick = FrontendHost.NewCaller();
        using RawHubSocket asleep = await RawHubSocket.OpenAsync(host, host.Sessions.SignIn(slow), "json", Cancelled);
        await using HubConnection awake = await host.ConnectAsync(quick);
        ReceivedPushes pushes = new(awake);
        await host.RoutedAsync(2);
        List<WeakReference> sent = [];

        for (int seq = 1; seq <= Sent; seq++)
        {
            FrontendEvent large = EntryFor(seq, 16 * 1024, slow.User);
            sent.Add(new WeakReference(large.Entry!.Payload));
            await host.Cluster.Streams.PublishAsync(large, EntryFor(seq, 16, quick.User));
            if (seq % 100 == 0)
            {
                await Eventually.HoldsAsync(() => pushes.Entries.Count == seq, Cancelled);
            }
        }

        Assert.Equal(0, pushes.Resyncs);
        await Eventually.HoldsAsync(() => Held(sent) < 100, Cancelled);

        MarkedReader reader = new(asleep);
        Task reading = reader.ReadAsync(Cancelled);
        long last = Sent;
        while (reader.Last < last)
        {
            // It may fall into a queue that is replaced by a mark: then the next one is the one to come.
            int marks = reader.Marks;
            await host.Cluster.Streams.PublishAsync(EntryFor(++last, 16, slow.User));
            await Eventually.HoldsAsync(() => reader.Last == last || reader.Marks > marks || reading.IsCompleted, Cancelled);
            if (reading.IsCompleted)
            {
                await reading;
            }
        }

        TestContext.Current.SendDiagnosticMessage("the slow reader got {0} of {1} entries and {2} marks", reader.Read, last, reader.Marks);
        Assert.InRange(reader.Read, 1, Sent);
        Assert.InRange(reader.Marks, 1, 200);
    }

    [Fact]
    public async Task A_reader_that_was_behind_hears_that_its_session_is_over_before_it_is_closed()
    {
        await using FrontendHost host = await FrontendHost.StartAsync();
        Caller slow = FrontendHost.NewCaller();
        using RawHubSocket asleep = await RawHubSocket.OpenAsync(host, host.Sessions.SignIn(slow), "json", Cancelled);
        await host.RoutedAsync(1);
        ChatConnection connection = Assert.Single(host.Services.GetRequiredService<ConnectionRegistry>().Of(slow.User));
        for (int seq = 1; seq <= 500; seq++)
        {
            await host.Cluster.Streams.PublishAsync(EntryFor(seq, 16 * 1024, slow.User));
        }

        await host.Cluster.Streams.PublishAsync(new FrontendEvent(FrontendEventKind.SessionEnded, default, [slow.User], null, null, slow.Device));
        await Eventually.HoldsAsync(() => connection.Ended, Cancelled);

        (string Target, System.Text.Json.JsonElement Argument)? call;
        do
        {
            call = await asleep.ReadCallAsync(Cancelled);
        }
        while (call is { Target: nameof(IChatClient.Deliver) or nameof(IChatClient.Resync) });

        Assert.Equal((nameof(IChatClient.Disconnecting), (int)DisconnectReason.SessionEnded), (call?.Target, call?.Argument.GetInt32()));
    }

    [Fact]
    public async Task The_end_of_a_devices_sessions_closes_its_connections_only()
    {
        await using FrontendHost host = await FrontendHost.StartAsync();
        Caller alice = FrontendHost.NewCaller();
        await using HubConnection stolen = await host.ConnectAsync(alice);
        await using HubConnection kept = await host.ConnectAsync(alice with { Device = DeviceId.New() });
        ReceivedPushes told = new(stolen);
        await host.RoutedAsync(2);

        await host.Cluster.Streams.PublishAsync(
            new FrontendEvent(FrontendEventKind.SessionEnded, default, [alice.User], null, null, alice.Device));

        await Eventually.HoldsAsync(() => told.Closed, Cancelled);
        Assert.Equal(DisconnectReason.SessionEnded, told.Farewell);
        Assert.Equal(HubConnectionState.Connected, kept.State);
    }

    [Fact]
    public async Task A_connection_ends_with_its_session()
    {
        FakeTimeProvider time = new(TimeProvider.System.GetUtcNow());
        await using FrontendHost host = await FrontendHost.StartAsync(time);
        await using HubConnection connection = await host.ConnectAsync(FrontendHost.NewCaller());
        ReceivedPushes told = new(connection);
        await host.RoutedAsync(1);

        await Eventually.HoldsAsync(
            () =>
            {
                time.Advance(TimeSpan.FromMinutes(10));
                return told.Closed;
            },
            Cancelled);

        Assert.Equal(DisconnectReason.SessionEnded, told.Farewell);
    }

    [Fact]
    public async Task A_route_that_the_grain_forgot_is_renewed_with_a_resync()
    {
        FakeTimeProvider time = new(DateTimeOffset.UnixEpoch.AddYears(50));
        await using FrontendHost host = await FrontendHost.StartAsync(time);
        Caller alice = FrontendHost.NewCaller();
        await using HubConnection connection = await host.ConnectAsync(alice);
        await using HubConnection other = await host.ConnectAsync(FrontendHost.NewCaller());
        ReceivedPushes told = new(connection);
        ReceivedPushes otherTold = new(other);
        await host.RoutedAsync(2);
        host.Sessions.Routes.TryRemove(alice.User, out _);

        await Eventually.HoldsAsync(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(1));
                return told.Resyncs > 0;
            },
            Cancelled);

        Assert.True(host.Sessions.Routes.ContainsKey(alice.User));
        Assert.Equal((1, 0), (told.Resyncs, otherTold.Resyncs));
    }

    [Fact]
    public async Task A_gap_in_the_stream_is_a_resync_for_all_and_the_end_for_sessions_that_ended_in_it()
    {
        await using FrontendHost host = await FrontendHost.StartAsync();
        string ended = host.Sessions.SignIn(FrontendHost.NewCaller());
        await using HubConnection first = host.Client(ended);
        ReceivedPushes firstTold = new(first);
        await first.StartAsync(Cancelled);
        await using HubConnection second = await host.ConnectAsync(FrontendHost.NewCaller());
        ReceivedPushes secondTold = new(second);
        await host.RoutedAsync(2);
        host.Sessions.End(ended);

        await host.Cluster.Streams.LoseAsync();

        await Eventually.HoldsAsync(() => firstTold.Closed && secondTold.Resyncs == 1, Cancelled);
        Assert.Equal(DisconnectReason.SessionEnded, firstTold.Farewell);
        Assert.False(secondTold.Closed);
    }

    [Fact]
    public async Task A_frontend_that_stops_says_so_to_everyone()
    {
        await using FrontendHost host = await FrontendHost.StartAsync();
        await using HubConnection connection = await host.ConnectAsync(FrontendHost.NewCaller());
        ReceivedPushes told = new(connection);
        await host.RoutedAsync(1);

        await host.StopAsync();

        await Eventually.HoldsAsync(() => told.Closed, Cancelled);
        Assert.Equal(DisconnectReason.GoingAway, told.Farewell);
        Assert.Empty(host.Sessions.Routes);
    }

    [Fact]
    public async Task A_device_that_went_away_comes_back_and_gets_pushes_again()
    {
        await using FrontendHost host = await FrontendHost.StartAsync();
        Caller alice = FrontendHost.NewCaller();
        for (int round = 1; round <= 20; round++)
        {
            int verified = host.Sessions.Verifications;
            await using HubConnection connection = await host.ConnectAsync(alice);
            ReceivedPushes told = new(connection);
            await Eventually.HoldsAsync(() => host.Sessions.Routes.ContainsKey(alice.User), Cancelled);
            // Its session is looked at once more when it has its route; the one that is left then is not that of the round before.
            await Eventually.HoldsAsync(() => host.Sessions.Verifications >= verified + 2, Cancelled);
            await host.RoutedAsync(1);
            await host.Cluster.Streams.PublishAsync(EntryFor(round, 10, alice.User));
            await Eventually.HoldsAsync(() => told.Entries.Count == 1, Cancelled);
        }

        await Eventually.HoldsAsync(() => host.Sessions.Routes.IsEmpty, Cancelled);
    }

    private static int Held(List<WeakReference> payloads)
    {
        GC.Collect();
        return payloads.Count(payload => payload.IsAlive);
    }

    private static FrontendEvent EntryFor(long seq, int bytes, params UserId[] users)
    {
        LogEntry entry = new(seq, EntryKind.Application, new Caller(users[0], DeviceId.New()), MessageId.New(), 1, 1, 0, default, 0, new byte[bytes]);
        return new FrontendEvent(FrontendEventKind.EntryAppended, Chat, users, entry, null, default);
    }
}
