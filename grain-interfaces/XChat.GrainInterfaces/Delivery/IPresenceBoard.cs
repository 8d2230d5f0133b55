using Orleans.Concurrency;
using Orleans.Services;

using XChat.Protocol.Accounts;
using XChat.Protocol.Wallets;

namespace XChat.GrainInterfaces.Delivery;

/// <summary>
/// What the presences that are active in one silo know of routes, for whoever has news for many people at once: one call to each silo reaches all who
/// are connected, and nobody who is not becomes active for it. Each silo has one.
/// </summary>
/// <remarks>
/// Key: the silo.
/// Owns: nothing; presences put their routes there, and take them away when they end.
/// Durable when: never.
/// Retry: always; who is told twice asks once more.
/// Scheduling: calls interleave.
/// </remarks>
[GrainInterfaceType("xchat.presence-board"), Alias("xchat.IPresenceBoard")]
public interface IPresenceBoard : IGrainService
{
    /// <summary>Tells those who are connected, as far as this silo knows, that something changed in a wallet.</summary>
    [AlwaysInterleave]
    [Alias("tell-wallets")]
    Task<PeopleTold> TellWallets(TellPeople request);
}

/// <summary>News for people, wherever they are.</summary>
[GenerateSerializer, Immutable, Alias("xchat.TellPeople")]
public sealed record TellPeople([property: Id(0)] IReadOnlyList<PersonNews> News);

/// <summary>Something changed in a person's wallet of a currency.</summary>
[GenerateSerializer, Immutable, Alias("xchat.PersonNews")]
public readonly record struct PersonNews([property: Id(0)] UserId User, [property: Id(1)] Currency Currency, [property: Id(2)] TransferId Transfer);

/// <summary>The places, in the request, of people who are connected at a frontend that was not reached.</summary>
[GenerateSerializer, Immutable, Alias("xchat.PeopleTold")]
public sealed record PeopleTold([property: Id(0)] IReadOnlyList<int> Untold);
