namespace XChat.ClusterTests.PushStreams;

/// <summary>The contract with the streams that come with Orleans, set up as they may be configured in place of ours.</summary>
public sealed class MemoryStreamTests : StreamProviderContract
{
    protected override void AddTo(ISiloBuilder silo)
    {
        silo.AddMemoryGrainStorage("PubSubStore");
        silo.AddMemoryStreams(StreamCluster.Provider, streams => streams.ConfigurePullingAgent(agent => agent.Configure(options =>
        {
            options.GetQueueMsgsTimerPeriod = TimeSpan.FromMilliseconds(10);
            options.BatchContainerBatchSize = 64;
        })));
    }

    protected override void AddTo(IClientBuilder client) => client.AddMemoryStreams(StreamCluster.Provider);
}
