namespace XChat.Grains.Delivery;

/// <summary>A person's presence as the sweep of its silo looks after it.</summary>
/// <remarks>
/// Key: the user id; the same activation as <see cref="XChat.GrainInterfaces.Delivery.IPresenceGrain"/>.
/// Owns: nothing of its own.
/// Durable when: never; what it forgets was in memory only.
/// Retry: always.
/// Scheduling: one call at a time.
/// </remarks>
[GrainInterfaceType("xchat.presence-upkeep"), Alias("xchat.IPresenceUpkeepGrain")]
public interface IPresenceUpkeepGrain : IGrainWithGuidKey
{
    /// <summary>Forgets the routes that were not renewed in time, and tells those who want to know.</summary>
    [Alias("forget-lapsed")]
    Task ForgetLapsed();
}
