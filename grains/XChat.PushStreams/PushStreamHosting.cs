using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

using Orleans.Streams;

namespace XChat.PushStreams;

/// <summary>Adds push streams to a silo or to a client; both may publish and subscribe.</summary>
/// <remarks>
/// <para>What the provider promises:</para>
/// <list type="bullet">
/// <item>A stream has at most one subscriber, which is a client or the client that a silo hosts, not a grain. A later subscription takes the
/// stream over; the earlier observer is told by <see cref="SubscriptionLostException"/>.</item>
/// <item>At most once, in the order in which one process published. There are no sequence tokens and nothing is kept for later.</item>
/// <item><c>OnNextAsync</c> ends as soon as the item is queued. It throws <see cref="NoSubscriberException"/> if nobody subscribed or the
/// subscriber was not reached before. A full queue is not the publisher's concern and does not throw.</item>
/// <item>Items that were queued and then lost are one <see cref="PushStreamGapException"/> to the subscriber's <c>OnErrorAsync</c>, at the place
/// of the loss or later. What a publishing process held when it died is the exception: nobody is left to tell.</item>
/// <item>After <c>UnsubscribeAsync</c> no further item begins to be delivered.</item>
/// </list>
/// </remarks>
public static class PushStreamHosting
{
    /// <summary>Adds a provider under a name, the same name in every process.</summary>
    public static ISiloBuilder AddPushStreams(this ISiloBuilder silo, string name, Action<PushStreamOptions>? configure = null)
    {
        silo.Services.AddProvider(name, configure);
        silo.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(services => services.GetRequiredKeyedService<PushStreamProvider>(name));
        return silo;
    }

    /// <inheritdoc cref="AddPushStreams(ISiloBuilder, string, Action{PushStreamOptions}?)"/>
    public static IClientBuilder AddPushStreams(this IClientBuilder client, string name, Action<PushStreamOptions>? configure = null)
    {
        client.Services.AddProvider(name, configure);
        client.Services.AddSingleton<ILifecycleParticipant<IClusterClientLifecycle>>(
            services => services.GetRequiredKeyedService<PushStreamProvider>(name));
        return client;
    }

    private static void AddProvider(this IServiceCollection services, string name, Action<PushStreamOptions>? configure)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<PushStreamMetrics>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<PushStreamOptions>, PushStreamBounds>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<PushStreamOptions>, PushStreamTimes>());
        services.AddOptions<PushStreamOptions>(name).Configure(configure ?? (_ => { })).ValidateOnStart();
        services.AddKeyedSingleton(name, (provider, _) => PushStreamProvider.Create(provider, name));
        services.AddKeyedSingleton<IStreamProvider>(name, (provider, _) => provider.GetRequiredKeyedService<PushStreamProvider>(name));
    }
}
