using Orleans.Streams;

using XChat.PushStreams;
using XChat.PushStreams.Rendezvous;
using XChat.Testing;

namespace XChat.ClusterTests.PushStreams;

/// <summary>The contract with push streams, and what they promise beyond it.</summary>
public sealed class PushStreamTests : StreamProviderContract
{
    // Short, as some tests wait for its end; a subscriber that a busy machine lets wait for two thirds of it would lose it.
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(6);

    protected override void AddTo(ISiloBuilder silo) => silo.AddPushStreams(StreamCluster.Provider, Hurry);

    protected override void AddTo(IClientBuilder client) => client.AddPushStreams(StreamCluster.Provider, Hurry);

    private static void Hurry(PushStreamOptions options)
    {
        options.Lease = Lease;
        options.NoSubscriberMemory = TimeSpan.FromMilliseconds(50);
    }

    [Fact]
    public async Task Items_published_all_at_once_keep_their_order_from_the_first()
    {
        StreamId stream = StreamCluster.NewStream();
        BatchCollector collector = new();
        await Stream(stream).SubscribeAsync(collector);
        IPublishingGrain publisher = await Cluster.PublisherAsync();

        await publisher.Publish(stream, from: 0, count: 1000, atOnce: true);

        await Eventually.HoldsAsync(() => collector.Numbers.Count >= 1000, Cancelled);
        Assert.Equal(Enumerable.Range(0, 1000), collector.Numbers);
    }

    [Fact]
    public async Task A_publisher_learns_that_nobody_subscribed()
    {
        IPublishingGrain publisher = await Cluster.PublisherAsync();

        await Assert.ThrowsAsync<NoSubscriberException>(() => publisher.Publish(StreamCluster.NewStream(), from: 0, count: 1, atOnce: false));
    }

    [Fact]
    public async Task A_publisher_learns_that_the_subscriber_left_at_its_next_item()
    {
        StreamId stream = StreamCluster.NewStream();
        Collector collector = new();
        StreamSubscriptionHandle<Numbered> subscription = await Stream(stream).SubscribeAsync(collector);
        IPublishingGrain publisher = await Cluster.PublisherAsync();
        await publisher.Publish(stream, from: 0, count: 1, atOnce: false);

        await subscription.UnsubscribeAsync();

        await Eventually.HoldsAsync(async () => !await TryPublishAsync(publisher, stream, from: 1, count: 1), Cancelled);
    }

    [Fact]
    public async Task A_publisher_learns_that_the_subscriber_died()
    {
        StreamId stream = StreamCluster.NewStream();
        await Stream(stream).SubscribeAsync(new Collector());
        IPublishingGrain publisher = await Cluster.PublisherAsync();
        await publisher.Publish(stream, from: 0, count: 1, atOnce: false);

        await Cluster.ReplaceClientAsync();

        await Eventually.HoldsAsync(
            async () => !await TryPublishAsync(publisher, stream, from: 1, count: 1), Cancelled, TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task An_observer_that_throws_is_told_of_the_gap_and_gets_what_follows()
    {
        StreamId stream = StreamCluster.NewStream();
        Collector collector = new()
        {
            Before = item => item.Number == 1 ? Task.FromException(new InvalidOperationException("thrown by the test")) : Task.CompletedTask,
        };
        await Stream(stream).SubscribeAsync(collector);
        IPublishingGrain publisher = await Cluster.PublisherAsync();

        await publisher.Publish(stream, from: 0, count: 4, atOnce: false);

        await Eventually.HoldsAsync(() => collector.Events.Count == 4, Cancelled);
        Assert.Equal([0, 2, 3], collector.Numbers);
        Assert.IsType<PushStreamGapException>(Assert.Single(collector.Errors));
    }

    [Fact]
    public async Task A_later_subscription_takes_the_stream_over_and_the_earlier_observer_hears_of_it()
    {
        StreamId stream = StreamCluster.NewStream();
        Collector first = new();
        Collector second = new();
        await Stream(stream).SubscribeAsync(first);
        IPublishingGrain publisher = await Cluster.PublisherAsync();
        await publisher.Publish(stream, from: 0, count: 1, atOnce: false);
        await Eventually.HoldsAsync(() => first.Numbers.Count == 1, Cancelled);

        await Stream(stream, Cluster.HostedClient(1)).SubscribeAsync(second);
        await Eventually.HoldsAsync(() => first.Errors.Count == 1, Cancelled);
        await publisher.Publish(stream, from: 1, count: 1, atOnce: false);

        await Eventually.HoldsAsync(() => second.Numbers.SequenceEqual([1]), Cancelled);
        Assert.IsType<SubscriptionLostException>(Assert.Single(first.Errors));
        Assert.Equal([0], first.Numbers);
    }

    [Fact]
    public async Task A_subscriber_that_publishers_could_not_find_for_a_while_is_told_and_found_again()
    {
        StreamId stream = StreamCluster.NewStream();
        Collector collector = new();
        await Stream(stream).SubscribeAsync(collector);
        IPublishingGrain publisher = await Cluster.PublisherAsync();

        await Cluster.DeactivateAsync(Cluster.Client.PushRendezvous(StreamCluster.Provider, stream));
        await Eventually.HoldsAsync(() => collector.Errors.Count == 1, Cancelled);
        await Eventually.HoldsAsync(() => TryPublishAsync(publisher, stream, from: 0, count: 1), Cancelled);

        await Eventually.HoldsAsync(() => collector.Numbers.Count == 1, Cancelled);
        Assert.IsType<PushStreamGapException>(Assert.Single(collector.Errors));
    }

    [Fact]
    public async Task A_lease_that_is_renewed_outlasts_its_length()
    {
        StreamId stream = StreamCluster.NewStream();
        Collector collector = new();
        await Stream(stream).SubscribeAsync(collector);

        long started = TimeProvider.System.GetTimestamp();
        await Eventually.HoldsAsync(
            async () =>
            {
                SubscriberFound found = await Cluster.Client.PushRendezvous(StreamCluster.Provider, stream).Find(new FindSubscriber(Guid.Empty, 0));
                Assert.NotNull(found.Receiver);
                return TimeProvider.System.GetElapsedTime(started) > 2 * Lease;
            },
            Cancelled);
        Assert.Empty(collector.Errors);
    }
}
