using Orleans.Concurrency;

using XChat.Protocol.Accounts;

namespace XChat.GrainInterfaces.Delivery;

/// <summary>A conversation that is told where its members are connected.</summary>
/// <remarks>
/// Key: the conversation id; the same activation as the conversation.
/// Owns: a cache of its members' routes; memory only.
/// Durable when: never.
/// Retry: always; the newest set wins.
/// Scheduling: interleaves, because it only replaces cached routes.
/// </remarks>
[GrainInterfaceType("xchat.route-watcher"), Alias("xchat.IRouteWatcherGrain")]
public interface IRouteWatcherGrain : IGrainWithGuidKey
{
    /// <summary>The user is connected at exactly these frontends now.</summary>
    [Alias("routes-changed"), AlwaysInterleave]
    Task RoutesChanged(RoutesChanged request);
}

/// <summary>All routes of one user.</summary>
[GenerateSerializer, Immutable, Alias("xchat.RoutesChanged")]
public sealed record RoutesChanged([property: Id(0)] UserId User, [property: Id(1)] IReadOnlyList<FrontendId> Frontends);
