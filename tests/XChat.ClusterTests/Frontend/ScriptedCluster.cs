using System.Reflection;

using Microsoft.Extensions.DependencyInjection;

using Orleans.Streams;

using XChat.GrainInterfaces.Delivery;

namespace XChat.ClusterTests.Frontend;

/// <summary>
/// A cluster of which a test plays the grains: what a frontend does with what grains answer can be tested without any. A call of a grain that
/// the test does not play fails as a bug would.
/// </summary>
public class ScriptedCluster : DispatchProxy
{
    private readonly Dictionary<Type, Func<Guid, object>> _grains = [];
    private ServiceProvider? _services;

    /// <summary>What the frontend subscribed to.</summary>
    public ScriptedStreams Streams { get; } = new();

    public static (IClusterClient Client, ScriptedCluster Script) Create()
    {
        IClusterClient client = Create<IClusterClient, ScriptedCluster>();
        ScriptedCluster script = (ScriptedCluster)client;
        ServiceCollection services = new();
        services.AddKeyedSingleton<IStreamProvider>(FrontendStreams.Provider, script.Streams);
        script._services = services.BuildServiceProvider();
        return (client, script);
    }

    /// <summary>Plays all grains of a contract.</summary>
    public void Play<TGrain>(Func<Guid, TGrain> grain)
        where TGrain : class => _grains[typeof(TGrain)] = key => grain(key);

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod!.Name switch
    {
        "GetGrain" when args is [Guid key, ..] && _grains.TryGetValue(targetMethod.GetGenericArguments()[0], out Func<Guid, object>? play) => play(key),
        "get_ServiceProvider" => _services,
        _ => throw new InvalidOperationException($"Secret detail: nobody plays {targetMethod}."),
    };
}
