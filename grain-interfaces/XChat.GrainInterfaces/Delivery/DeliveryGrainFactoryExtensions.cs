using XChat.Protocol.Accounts;
using XChat.Protocol.Conversations;

namespace XChat.GrainInterfaces.Delivery;

/// <summary>Typed references to the grains of this domain.</summary>
public static class DeliveryGrainFactoryExtensions
{
    /// <summary>Where a user is connected.</summary>
    public static IPresenceGrain Presence(this IGrainFactory factory, UserId user) => factory.GetCachedGrain<IPresenceGrain>(user.Value);

    /// <summary>A conversation as the watcher of its members' routes.</summary>
    public static IRouteWatcherGrain RouteWatcher(this IGrainFactory factory, ConversationId conversation) =>
        factory.GetGrain<IRouteWatcherGrain>(conversation.Value);
}
