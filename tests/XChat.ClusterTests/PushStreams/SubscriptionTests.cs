using System.Diagnostics.Metrics;

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

using Orleans.Serialization;

using XChat.PushStreams;
using XChat.PushStreams.Subscribing;
using XChat.Testing;

namespace XChat.ClusterTests.PushStreams;

/// <summary>What a subscriber does with batches that arrive faster than its observer takes them.</summary>
public sealed class SubscriptionTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_gap_that_arrives_while_items_wait_is_told_behind_the_last_item_that_came_before_it()
    {
        await using ServiceProvider services = new ServiceCollection().AddMetrics().AddSerializer().BuildServiceProvider();
        using PushStreamMetrics metrics = new(services.GetRequiredService<IMeterFactory>());
        Serializer<Numbered> serializer = services.GetRequiredService<Serializer<Numbered>>();
        StreamId stream = StreamCluster.NewStream();
        TaskCompletionSource open = new();
        TaskCompletionSource busy = new();
        Collector collector = new()
        {
            Before = _ =>
            {
                busy.TrySetResult();
                return open.Task;
            },
        };
        using Subscription<Numbered> subscription = new(
            stream, serializer, new EachTarget<Numbered>(collector), new PushStreamOptions(), metrics, TimeProvider.System, NullLogger.Instance);
        PushBatch Batch(bool gap, int from, int count) => new(
            stream,
            subscription.Id,
            gap,
            [.. Enumerable.Range(from, count).Select(number => serializer.SerializeToArray(new Numbered(Guid.Empty, number)))]);

        subscription.Take(Batch(gap: false, from: 0, count: 4));
        await busy.Task.WaitAsync(Cancelled);
        subscription.Take(Batch(gap: false, from: 4, count: 4));
        subscription.Take(Batch(gap: true, from: 100, count: 2));
        open.SetResult();
        await Eventually.HoldsAsync(() => collector.Numbers.Contains(101), Cancelled);

        Assert.Equal([0, 1, 2, 3, null, 100, 101], collector.Events.Select(happened => (happened as Numbered)?.Number));
    }
}
