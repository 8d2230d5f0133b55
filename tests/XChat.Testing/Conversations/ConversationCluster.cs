using Microsoft.Extensions.DependencyInjection;

using Orleans.TestingHost;

using XChat.GrainInterfaces.Delivery;
using XChat.Grains.Accounts;
using XChat.Grains.Conversations;
using XChat.Grains.Conversations.GroupCommit;
using XChat.Grains.Delivery;
using XChat.PushStreams;
using XChat.Testing.Accounts;
using XChat.Testing.Observability;

namespace XChat.Testing.Conversations;

/// <summary>Silos with conversation and presence grains, over storage of the test's choice and scripted device lists.</summary>
/// <example>
/// <code>
/// await using ConversationCluster cluster = await ConversationCluster.StartAsync(new InMemoryConversations());
/// TestConversation group = await TestConversation.CreateAsync(cluster, people: 3);
/// EntryAppended sent = await group.SendAsync(group.People[1]);
/// </code>
/// </example>
public sealed class ConversationCluster : IAsyncDisposable
{
    private readonly InProcessTestCluster _cluster;

    private ConversationCluster(InProcessTestCluster cluster, ScriptedDevices devices)
    {
        _cluster = cluster;
        Devices = devices;
    }

    /// <summary>The device lists of everyone.</summary>
    public ScriptedDevices Devices { get; }

    /// <summary>Reaches the grains, and hears the frontends' streams, from outside of the silos.</summary>
    public IClusterClient Grains => _cluster.Client;

    /// <summary>What the first silo is made of.</summary>
    public IServiceProvider Services => _cluster.Silos[0].ServiceProvider;

    /// <summary>Starts silos over conversations in memory.</summary>
    public static Task<ConversationCluster> StartAsync(
        InMemoryConversations conversations,
        IConversationLog? log = null,
        Action<ConversationOptions>? configure = null,
        short silos = 1,
        Action<DeliveryOptions>? configureDelivery = null,
        IOutgoingGrainCallFilter? calls = null,
        ShiftedTime? time = null) =>
        StartAsync(
            services =>
            {
                (time is null ? services.AddSingleton(TimeProvider.System) : services.AddShiftedTime(time))
                    .AddSingleton(log ?? conversations)
                    .AddSingleton<IConversationStore>(conversations)
                    .AddSingleton<IConversationUpkeep>(conversations);
                if (calls is not null)
                {
                    services.AddSingleton(calls);
                }
            },
            configure,
            silos,
            configureDelivery);

    /// <summary>Starts silos over any storage.</summary>
    public static async Task<ConversationCluster> StartAsync(
        Action<IServiceCollection> addStorage,
        Action<ConversationOptions>? configure = null,
        short silos = 1,
        Action<DeliveryOptions>? configureDelivery = null)
    {
        ScriptedDevices devices = new();
        InProcessTestClusterBuilder builder = new(silos);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.Services.AddTestLog();
            addStorage(silo.Services);
            silo.Services.AddConversationGrains();
            silo.Services.AddSingleton<IDeviceDirectory>(devices);
            silo.Services.AddDeliveryGrains();
            silo.AddPushStreams(FrontendStreams.Provider);
            silo.Services.Configure(configure ?? (_ => { }));
            silo.Services.Configure(configureDelivery ?? (_ => { }));
        });
        builder.ConfigureClient(client => client.AddPushStreams(FrontendStreams.Provider));
        InProcessTestCluster cluster = builder.Build();
        await cluster.DeployAsync();
        return new ConversationCluster(cluster, devices);
    }

    /// <summary>Takes a grain out of memory; the next call activates it anew.</summary>
    public Task DeactivateAsync(IAddressable grain) => _cluster.DeactivateAsync(grain);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _cluster.StopAllSilosAsync();
        await _cluster.DisposeAsync();
    }
}
