using XChat.Protocol.Accounts;
using XChat.Protocol.Conversations;

namespace XChat.GrainInterfaces.Delivery;

/// <summary>Where one person is connected now, and which active conversations want to know.</summary>
/// <remarks>
/// Key: the user id.
/// Owns: routes (frontend runs, with leases) and watches (active conversations, with leases); memory only, rebuilt by renewals.
/// Durable when: never; a lost activation costs a resync, not a message.
/// Retry: always.
/// Scheduling: one call at a time.
/// </remarks>
[GrainInterfaceType("xchat.presence"), Alias("xchat.IPresenceGrain")]
public interface IPresenceGrain : IGrainWithGuidKey
{
    /// <summary>A frontend has connections of this user, and says so again before the lease ends.</summary>
    [Alias("connect")]
    Task<RouteRegistered> Connect(RegisterRoute request);

    /// <summary>A frontend's last connection of this user closed.</summary>
    [Alias("disconnect")]
    Task Disconnect(RemoveRoute request);

    /// <summary>An active conversation asks where the user is and wants to be told of changes until the lease ends.</summary>
    [Alias("watch")]
    Task<RoutesFound> Watch(WatchRoutes request);

    /// <summary>Closes the connections of a device whose sessions ended.</summary>
    [Alias("end-sessions")]
    Task EndSessions(EndDeviceSessions request);

    /// <summary>Tells the user's connections that something changed in a wallet. Fails when a frontend that has some is not reached.</summary>
    [Alias("tell-wallet")]
    Task TellWallet(WalletNews request);
}

/// <summary>A frontend run that has connections of the user.</summary>
[GenerateSerializer, Immutable, Alias("xchat.RegisterRoute")]
public sealed record RegisterRoute([property: Id(0)] FrontendId Frontend);

/// <summary>
/// <c>New</c> is true when the route was not known before: if the frontend had registered it, events may have been missed and it resyncs.
/// </summary>
[GenerateSerializer, Immutable, Alias("xchat.RouteRegistered")]
public sealed record RouteRegistered([property: Id(0)] bool New, [property: Id(1)] int LeaseSeconds);

/// <summary>A frontend run without connections of the user.</summary>
[GenerateSerializer, Immutable, Alias("xchat.RemoveRoute")]
public sealed record RemoveRoute([property: Id(0)] FrontendId Frontend);

/// <summary>A conversation that is active.</summary>
[GenerateSerializer, Immutable, Alias("xchat.WatchRoutes")]
public sealed record WatchRoutes([property: Id(0)] ConversationId Conversation);

/// <summary>Where the user is connected, and for how long the conversation will be told of changes.</summary>
[GenerateSerializer, Immutable, Alias("xchat.RoutesFound")]
public sealed record RoutesFound([property: Id(0)] IReadOnlyList<FrontendId> Frontends, [property: Id(1)] int LeaseSeconds);

/// <summary>The device whose connections are to close.</summary>
[GenerateSerializer, Immutable, Alias("xchat.EndDeviceSessions")]
public sealed record EndDeviceSessions([property: Id(0)] DeviceId Device);
