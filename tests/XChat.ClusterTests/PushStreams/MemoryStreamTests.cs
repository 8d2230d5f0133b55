using XChat.PushStreams;

namespace XChat.ClusterTests.PushStreams;

/// <summary>The contract with the streams that come with Orleans, set up as they may be chosen in place of ours.</summary>
public sealed class MemoryStreamTests : StreamProviderContract
{
    protected override void AddTo(ISiloBuilder silo) =>
        silo.AddMemoryGrainStorage(StreamChoice.SubscriptionStorage).AddPolledMemoryStreams(StreamCluster.Provider);

    protected override void AddTo(IClientBuilder client) => client.AddMemoryStreams(StreamCluster.Provider);
}
