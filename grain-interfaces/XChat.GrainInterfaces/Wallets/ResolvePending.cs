using XChat.Protocol.Accounts;
using XChat.Protocol.Wallets;

namespace XChat.GrainInterfaces.Wallets;

/// <summary>
/// Ends a pending transfer of this wallet. <c>Actor</c>: the payee posts or voids (accepts or declines), the payer voids (recalls), the server
/// itself (empty) does anything, and alone expires. <c>MinorUnits</c>: how much to post; 0 for all of it, and with the other resolutions.
/// </summary>
[GenerateSerializer, Immutable, Alias("xchat.ResolvePending")]
public sealed record ResolvePending(
    [property: Id(0)] TransferId Command,
    [property: Id(1)] UserId Actor,
    [property: Id(2)] TransferId Pending,
    [property: Id(3)] PendingResolution Resolution,
    [property: Id(4)] long MinorUnits);

/// <summary>How a pending transfer ends.</summary>
public enum PendingResolution
{
    /// <summary>None.</summary>
    Unspecified = 0,

    /// <summary>The money moves, all or part; the rest is freed.</summary>
    Post = 1,

    /// <summary>The money is freed because a party says so.</summary>
    Void = 2,

    /// <summary>The money is freed because the time is over.</summary>
    Expire = 3,
}
