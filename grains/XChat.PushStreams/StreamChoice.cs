using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace XChat.PushStreams;

/// <summary>Which streams carry the items: these push streams, or those that come with Orleans. Every process of a cluster has to choose the same.</summary>
/// <remarks>
/// Code that uses <c>IAsyncStream</c> does not see the difference, but for what it learns of losses: memory streams say neither that nobody
/// subscribed nor that items were lost with the silo that held them. What counts must therefore be found elsewhere again.
/// </remarks>
public static class StreamChoice
{
    /// <summary>The push streams of this library; the default.</summary>
    public const string Push = "push";

    /// <summary>
    /// Orleans' memory streams, polled each 10 ms. They keep subscriptions in the grain storage <see cref="SubscriptionStorage"/>, which has to be
    /// durable: kept in memory, they are gone with the silo that had them, and the streams stay silent without an error.
    /// </summary>
    public const string Memory = "memory";

    /// <summary>The name under which Orleans looks for the storage of subscriptions.</summary>
    public const string SubscriptionStorage = "PubSubStore";

    /// <summary>Adds the streams that the configuration names under <paramref name="key"/>; nothing there means <see cref="Push"/>.</summary>
    /// <exception cref="OptionsValidationException">It names none that there are.</exception>
    public static ISiloBuilder AddChosenStreams(this ISiloBuilder silo, string name, string key) =>
        UsesMemoryStreams(silo.Configuration, key) ? silo.AddPolledMemoryStreams(name) : silo.AddPushStreams(name);

    /// <inheritdoc cref="AddChosenStreams(ISiloBuilder, string, string)"/>
    public static IClientBuilder AddChosenStreams(this IClientBuilder client, string name, string key) =>
        UsesMemoryStreams(client.Configuration, key) ? client.AddMemoryStreams(name) : client.AddPushStreams(name);

    /// <summary>Whether the configuration names <see cref="Memory"/>, so that <see cref="SubscriptionStorage"/> is needed.</summary>
    /// <exception cref="OptionsValidationException">It names none that there are.</exception>
    public static bool UsesMemoryStreams(IConfiguration configuration, string key) => (configuration[key] ?? Push) switch
    {
        Push => false,
        Memory => true,
        string other => throw new OptionsValidationException(
            key, typeof(string), [$"{key} is \"{other}\": there are no such streams. Say {Push} or {Memory}, the same in every process."]),
    };

    /// <summary>Memory streams set for delay instead of rate: by default items wait for up to 100 ms.</summary>
    public static ISiloBuilder AddPolledMemoryStreams(this ISiloBuilder silo, string name) => silo.AddMemoryStreams(name, streams =>
    {
        streams.ConfigurePullingAgent(agent => agent.Configure(options =>
        {
            options.GetQueueMsgsTimerPeriod = TimeSpan.FromMilliseconds(10);
            options.BatchContainerBatchSize = 64;
        }));
        streams.ConfigureCacheEviction(eviction => eviction.Configure(options => options.DataMinTimeInCache = TimeSpan.FromSeconds(10)));
    });
}
