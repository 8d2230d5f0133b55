using XChat.PushStreams;

namespace XChat.ClusterTests.PushStreams;

/// <summary>A client that goes while items are on their way to it.</summary>
public sealed class ClientDeathTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>
    /// Orleans ends the process with an unhandled exception when a call reaches an observer of a disposed client: seen as an aborted test run.
    /// </summary>
    [Fact]
    public async Task A_client_that_dies_amid_items_does_not_take_its_process_along()
    {
        await using StreamCluster cluster = await StreamCluster.StartAsync(
            silo => silo.AddPushStreams(StreamCluster.Provider), client => client.AddPushStreams(StreamCluster.Provider), silos: 1);
        IPublishingGrain[] publishers = [.. await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => cluster.PublisherAsync()))];
        for (int life = 0; life < 8; life++)
        {
            StreamId[] streams = [.. publishers.Select(_ => StreamCluster.NewStream())];
            foreach (StreamId stream in streams)
            {
                await cluster.Client.GetStreamProvider(StreamCluster.Provider).GetStream<Numbered>(stream).SubscribeAsync(new Collector());
            }

            using CancellationTokenSource enough = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
            Task[] floods = [.. publishers.Zip(streams, (publisher, stream) => FloodAsync(publisher, stream, enough.Token))];
            await cluster.ReplaceClientAsync();
            await enough.CancelAsync();
            await Task.WhenAll(floods);
        }
    }

    private static async Task FloodAsync(IPublishingGrain publisher, StreamId stream, CancellationToken enough)
    {
        try
        {
            for (int from = 0; !enough.IsCancellationRequested; from++)
            {
                await publisher.Publish(stream, from, count: 1, atOnce: false);
            }
        }
        catch (Exception problem) when (problem is NoSubscriberException or TimeoutException or OrleansMessageRejectionException)
        {
            return;
        }
    }
}
