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
    public async Task A_slow_subscriber_gets_a_gap_in_each_place_of_what_a_bound_cannot_hold()
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
        // Two bounds lie on the way, the publisher's queue and the subscriber's inbox, and each loses in one place: what the one lost may be told
        // before or together with what the other did.
        Assert.InRange(collector.Errors.Count, 1, 2);
        AssertNothingIsLostUnsaid(collector.Events);
        Assert.InRange(collector.Numbers.Count, 2, Batch + Inbox + Queue);
        Assert.Equal(collector.Numbers.Order(), collector.Numbers);
    }

    /// <summary>Items follow one another, but for the places where an error stands between them.</summary>
    private static void AssertNothingIsLostUnsaid(IReadOnlyList<object> events)
    {
        // The last item was published with a number of its own.
        int expected = 0;
        foreach (object happened in events.Where(one => one is not Numbered { Number: 10_000 }))
        {
            if (happened is Numbered item)
            {
                Assert.True(expected < 0 || item.Number == expected, $"{item.Number} came where {expected} was next, without a word.");
                expected = item.Number + 1;
            }
            else
            {
                expected = -1;
            }
        }
    }

    private static void Tighten(PushStreamOptions options)
    {
        options.QueueItems = Queue;
        options.InboxItems = Inbox;
        options.BatchItems = Batch;
    }
}
