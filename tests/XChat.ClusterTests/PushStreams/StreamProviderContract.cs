using Orleans.Streams;

using XChat.PushStreams;
using XChat.Testing;

namespace XChat.ClusterTests.PushStreams;

/// <summary>What every stream provider behind the frontends has to do.</summary>
public abstract class StreamProviderContract : IAsyncLifetime
{
    protected StreamCluster Cluster { get; private set; } = null!;

    protected static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => Cluster = await StreamCluster.StartAsync(AddTo, AddTo);

    public async ValueTask DisposeAsync()
    {
        await Cluster.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected abstract void AddTo(ISiloBuilder silo);

    protected abstract void AddTo(IClientBuilder client);

    protected IAsyncStream<Numbered> Stream(StreamId stream, IClusterClient? client = null) =>
        (client ?? Cluster.Client).GetStreamProvider(StreamCluster.Provider).GetStream<Numbered>(stream);

    [Fact]
    public async Task Items_of_a_publisher_arrive_in_its_order()
    {
        StreamId stream = StreamCluster.NewStream();
        Collector collector = new();
        await Stream(stream).SubscribeAsync(collector);
        IPublishingGrain publisher = await Cluster.PublisherAsync();

        await publisher.Publish(stream, from: 0, count: 500, atOnce: false);

        await Eventually.HoldsAsync(() => collector.Numbers.Count >= 500, Cancelled);
        Assert.Equal(Enumerable.Range(0, 500), collector.Numbers);
        Assert.Empty(collector.Errors);
    }

    [Fact]
    public async Task Publishers_on_two_silos_reach_one_client_each_in_its_order()
    {
        StreamId stream = StreamCluster.NewStream();
        Collector collector = new();
        await Stream(stream).SubscribeAsync(collector);
        IPublishingGrain[] publishers = [await Cluster.PublisherAsync(0), await Cluster.PublisherAsync(1)];

        await Task.WhenAll(publishers.Select(publisher => publisher.Publish(stream, from: 0, count: 300, atOnce: false)));

        await Eventually.HoldsAsync(() => collector.Numbers.Count >= 600, Cancelled);
        Assert.All(publishers, publisher => Assert.Equal(Enumerable.Range(0, 300), collector.NumbersOf(publisher.GetPrimaryKey())));
    }

    [Fact]
    public async Task Each_stripe_gets_its_own_items_and_no_others()
    {
        StreamId[] stripes = [.. Enumerable.Range(0, 4).Select(_ => StreamCluster.NewStream())];
        Collector[] collectors = [.. stripes.Select(_ => new Collector())];
        await Task.WhenAll(stripes.Zip(collectors, (stripe, collector) => Stream(stripe).SubscribeAsync(collector)));
        IPublishingGrain[] publishers = [.. await Task.WhenAll(stripes.Select((_, index) => Cluster.PublisherAsync(index % 2)))];

        await Task.WhenAll(publishers.Select((publisher, index) => publisher.Publish(stripes[index], from: index * 1000, count: 100, atOnce: false)));

        await Eventually.HoldsAsync(() => collectors.All(collector => collector.Numbers.Count >= 100), Cancelled);
        Assert.All(collectors.Index(), pair => Assert.Equal(Enumerable.Range(pair.Index * 1000, 100), pair.Item.Numbers));
    }

    [Fact]
    public async Task A_batch_observer_gets_every_item_in_order()
    {
        StreamId stream = StreamCluster.NewStream();
        BatchCollector collector = new();
        await Stream(stream).SubscribeAsync(collector);
        IPublishingGrain publisher = await Cluster.PublisherAsync();

        await publisher.Publish(stream, from: 0, count: 300, atOnce: false);

        await Eventually.HoldsAsync(() => collector.Numbers.Count >= 300, Cancelled);
        Assert.Equal(Enumerable.Range(0, 300), collector.Numbers);
    }

    [Fact]
    public async Task Nothing_arrives_after_unsubscribing_and_a_new_subscription_gets_what_follows()
    {
        StreamId stream = StreamCluster.NewStream();
        Collector first = new();
        StreamSubscriptionHandle<Numbered> subscription = await Stream(stream).SubscribeAsync(first);
        IPublishingGrain publisher = await Cluster.PublisherAsync();
        await publisher.Publish(stream, from: 0, count: 10, atOnce: false);
        await Eventually.HoldsAsync(() => first.Numbers.Count == 10, Cancelled);

        await subscription.UnsubscribeAsync();
        await TryPublishAsync(publisher, stream, from: 10, count: 10);
        Collector second = new();
        await Stream(stream).SubscribeAsync(second);
        await PublishUntilTakenAsync(publisher, stream, second);

        Assert.Equal(Enumerable.Range(0, 10), first.Numbers);
        Assert.All(second.Numbers, number => Assert.InRange(number, 10, int.MaxValue));
    }

    [Fact]
    public async Task A_stream_lives_on_after_its_subscriber_died()
    {
        StreamId stream = StreamCluster.NewStream();
        Collector first = new();
        await Stream(stream).SubscribeAsync(first);
        IPublishingGrain publisher = await Cluster.PublisherAsync();
        await publisher.Publish(stream, from: 0, count: 10, atOnce: false);
        await Eventually.HoldsAsync(() => first.Numbers.Count == 10, Cancelled);

        await Cluster.ReplaceClientAsync();
        Collector second = new();
        await Stream(stream).SubscribeAsync(second);
        await PublishUntilTakenAsync(publisher, stream, second);

        Assert.Equal(Enumerable.Range(0, 10), first.Numbers);
    }

    [Fact]
    public async Task The_client_that_a_silo_hosts_subscribes_to_both_silos()
    {
        StreamId stream = StreamCluster.NewStream();
        Collector collector = new();
        await Stream(stream, Cluster.HostedClient()).SubscribeAsync(collector);
        IPublishingGrain[] publishers = [await Cluster.PublisherAsync(0), await Cluster.PublisherAsync(1)];

        await Task.WhenAll(publishers.Select(publisher => publisher.Publish(stream, from: 0, count: 100, atOnce: false)));

        await Eventually.HoldsAsync(() => collector.Numbers.Count >= 200, Cancelled);
        Assert.All(publishers, publisher => Assert.Equal(Enumerable.Range(0, 100), collector.NumbersOf(publisher.GetPrimaryKey())));
    }

    /// <summary>Publishes; that nobody listens is no failure here.</summary>
    protected static async Task<bool> TryPublishAsync(IPublishingGrain publisher, StreamId stream, int from, int count)
    {
        try
        {
            await publisher.Publish(stream, from, count, atOnce: false);
            return true;
        }
        catch (NoSubscriberException)
        {
            return false;
        }
    }

    /// <summary>Some publishers may not know yet of a new subscriber: what they publish meanwhile may be lost.</summary>
    private static async Task PublishUntilTakenAsync(IPublishingGrain publisher, StreamId stream, Collector collector)
    {
        int number = 1000;
        await Eventually.HoldsAsync(
            async () =>
            {
                await TryPublishAsync(publisher, stream, number++, count: 1);
                return collector.Numbers.Count > 0;
            },
            Cancelled,
            TimeSpan.FromSeconds(60));
    }
}
