using Microsoft.Extensions.DependencyInjection;

using Orleans.Runtime.Placement;
using Orleans.TestingHost;

using XChat.Testing.Observability;

namespace XChat.ClusterTests.PushStreams;

/// <summary>Two silos and a client with a stream provider of the test's choice.</summary>
public sealed class StreamCluster : IAsyncDisposable
{
    public const string Provider = "tested";

    private readonly InProcessTestCluster _cluster;

    private StreamCluster(InProcessTestCluster cluster) => _cluster = cluster;

    public IClusterClient Client => _cluster.Client;

    public static StreamId NewStream() => StreamId.Create("test", Guid.NewGuid());

    public static async Task<StreamCluster> StartAsync(Action<ISiloBuilder> addToSilo, Action<IClientBuilder> addToClient, short silos = 2)
    {
        InProcessTestClusterBuilder builder = new(silos);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.Services.AddTestLog();
            addToSilo(silo);
        });
        builder.ConfigureClient(addToClient);
        InProcessTestCluster cluster = builder.Build();
        await cluster.DeployAsync();
        return new StreamCluster(cluster);
    }

    /// <summary>The client that a silo hosts.</summary>
    public IClusterClient HostedClient(int silo = 0) => _cluster.Silos[silo].ServiceProvider.GetRequiredService<IClusterClient>();

    /// <summary>A grain that publishes from a silo.</summary>
    public async Task<IPublishingGrain> PublisherAsync(int silo = 0)
    {
        IPublishingGrain grain = HostedClient(silo).GetGrain<IPublishingGrain>(Guid.NewGuid());
        RequestContext.Set(IPlacementDirector.PlacementHintKey, _cluster.Silos[silo].SiloAddress);
        try
        {
            Assert.Equal(_cluster.Silos[silo].SiloAddress, await grain.Where());
        }
        finally
        {
            RequestContext.Remove(IPlacementDirector.PlacementHintKey);
        }

        return grain;
    }

    /// <summary>The client is gone without a word; another one takes its place.</summary>
    public async Task ReplaceClientAsync()
    {
        await _cluster.KillClientAsync();
        await _cluster.InitializeClientAsync();
    }

    /// <summary>Takes a grain out of memory.</summary>
    public Task DeactivateAsync(IAddressable grain) => _cluster.DeactivateAsync(grain);

    public async ValueTask DisposeAsync()
    {
        await _cluster.StopAllSilosAsync();
        await _cluster.DisposeAsync();
    }
}
