using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

using XChat.Frontend.Delivery;
using XChat.Protocol.Delivery;
using XChat.Testing;

namespace XChat.ClusterTests.Frontend;

/// <summary>How long a frontend that is drained waits for its clients, by a clock that the test turns.</summary>
public sealed class FarewellTests
{
    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_has_nowhere_else_to_go_keeps_nobody_waiting_longer_than_five_seconds()
    {
        await using FrontendHost host = await StartAsync();
        await using HubConnection connection = await host.ConnectAsync(FrontendHost.NewCaller());
        ReceivedPushes told = new(connection);
        await host.RoutedAsync(1);

        Task over = DrainAsync(host);
        await Eventually.HoldsAsync(() => told.Farewell == DisconnectReason.GoingAway, Cancelled);

        Assert.Equal(5, await SecondsAsync(over), tolerance: 2.0);
        Assert.Equal(HubConnectionState.Connected, connection.State);
    }

    [Fact]
    public async Task While_clients_leave_the_others_have_time_to_find_another_place()
    {
        await using FrontendHost host = await StartAsync();
        HubConnection[] connections = [.. await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => host.ConnectAsync(FrontendHost.NewCaller())))];
        await host.RoutedAsync(4);

        Task over = DrainAsync(host);
        double waited = 0;
        for (int left = 3; left >= 1; left--)
        {
            waited += await AdvanceAsync(over, seconds: 4);
            Assert.False(over.IsCompleted);
            await connections[left].DisposeAsync();
            await GoneAsync(host, left);
        }

        // Twelve seconds have gone by, and the last one is waited for until fifteen have.
        Assert.Equal(15, waited + await SecondsAsync(over), tolerance: 2.0);
        await connections[0].DisposeAsync();
    }

    [Fact]
    public async Task When_all_have_left_nobody_waits()
    {
        await using FrontendHost host = await StartAsync();
        HubConnection connection = await host.ConnectAsync(FrontendHost.NewCaller());
        ReceivedPushes told = new(connection);
        await host.RoutedAsync(1);

        Task over = DrainAsync(host);
        await Eventually.HoldsAsync(() => told.Farewell == DisconnectReason.GoingAway, Cancelled);
        await connection.DisposeAsync();
        await GoneAsync(host, 0);

        Assert.Equal(0, await SecondsAsync(over), tolerance: 2.0);
    }

    private Task<FrontendHost> StartAsync() => FrontendHost.StartAsync(_time, ("XChat:Drain:SpreadSeconds", "0"));

    private static Task DrainAsync(FrontendHost host) => host.Services.GetRequiredService<Farewell>().SendAllElsewhereAsync(Cancelled);

    private static Task GoneAsync(FrontendHost host, int left) => Eventually.HoldsAsync(
        () => host.Services.GetRequiredService<ConnectionRegistry>().Users.Sum(user => user.Value.Length) == left, Cancelled);

    /// <summary>Turns the clock by so much, in steps that let what waits for it go on.</summary>
    private async Task<double> AdvanceAsync(Task over, double seconds)
    {
        DateTimeOffset began = _time.GetUtcNow();
        await Eventually.HoldsAsync(
            () =>
            {
                _time.Advance(TimeSpan.FromMilliseconds(250));
                return over.IsCompleted || (_time.GetUtcNow() - began).TotalSeconds >= seconds;
            },
            Cancelled);
        return (_time.GetUtcNow() - began).TotalSeconds;
    }

    private Task<double> SecondsAsync(Task over) => AdvanceAsync(over, double.MaxValue);
}
