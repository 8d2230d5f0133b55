using XChat.PushStreams;
using XChat.Testing;

namespace XChat.ClusterTests.PushStreams;

/// <summary>Push streams whose bounds are narrow: whatever a reader does, memory stays within them and nothing is lost unsaid.</summary>
public sealed class PushStreamBoundTests : IAsyncLifetime
{
    private const int Queue = 64;
    private const int Inbox = 128;
    private const int Batch = 32;

    private StreamCluster _cluster = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _cluster = await StreamCluster.StartAsync(
        silo => silo.AddPushStreams(StreamCluster.Provider, Tighten),
        client => client.AddPushStreams(StreamCluster.Provider, Tighten),
        silos: 1);

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task A_slow_subscriber_gets_one_gap_in_place_of_what_its_bounds_cannot_hold()
    {
        StreamId stream = StreamCluster.NewStream();
        TaskCompletionSource open = new();
        Collector collector = new() { Before = _ => open.Task };
        await _cluster.Client.GetStreamProvider(StreamCluster.Provider).GetStream<Numbered>(stream).SubscribeAsync(collector);
        IPublishingGrain publisher = await _cluster.PublisherAsync();

        await publisher.Publish(stream, from: 0, count: 5000, atOnce: false);
        open.SetResult();
        await Eventually.HoldsAsync(() => collector.Errors.Count > 0, Cancelled);
        await publisher.Publish(stream, from: 10_000, count: 1, atOnce: false);
        await Eventually.HoldsAsync(() => collector.Numbers.Contains(10_000), Cancelled);

        Assert.All(collector.Errors, error => Assert.IsType<PushStreamGapException>(error));
        Assert.Single(collector.Errors);
        Assert.InRange(collector.Numbers.Count, 2, Batch + Inbox + Queue);
        Assert.Equal(collector.Numbers.Order(), collector.Numbers);
    }

    private static void Tighten(PushStreamOptions options)
    {
        options.QueueItems = Queue;
        options.InboxItems = Inbox;
        options.BatchItems = Batch;
    }
}
