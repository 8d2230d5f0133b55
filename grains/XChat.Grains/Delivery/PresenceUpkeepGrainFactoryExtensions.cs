using XChat.Protocol.Accounts;

namespace XChat.Grains.Delivery;

/// <summary>Typed references to the grains that only silos call.</summary>
public static class PresenceUpkeepGrainFactoryExtensions
{
    /// <summary>The upkeep of a user's presence.</summary>
    public static IPresenceUpkeepGrain PresenceUpkeep(this IGrainFactory factory, UserId user) => factory.GetGrain<IPresenceUpkeepGrain>(user.Value);
}
