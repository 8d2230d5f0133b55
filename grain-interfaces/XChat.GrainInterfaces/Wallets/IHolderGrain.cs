using XChat.Protocol.Accounts;
using XChat.Protocol.Wallets;

namespace XChat.GrainInterfaces.Wallets;

/// <summary>What operators have said about a person who holds wallets, and what follows from it.</summary>
/// <remarks>
/// Key: the user id.
/// Owns: the person's jurisdiction, tier and block.
/// Durable when: the result is returned; then no silo commits a payment that was decided on what was said before.
/// Retry: every method may be repeated.
/// Scheduling: one call at a time.
/// </remarks>
[GrainInterfaceType("xchat.holder"), Alias("xchat.IHolderGrain")]
public interface IHolderGrain : IGrainWithGuidKey
{
    /// <summary>Tells what is said and what the person may do, with what is used up of the limits.</summary>
    [Alias("describe")]
    Task<HolderDescribed> Describe(DescribeHolder request);

    /// <summary>Changes what is said. For operators; no frontend passes this on from a device.</summary>
    [Alias("assign")]
    Task<HolderAssigned> Assign(AssignHolder request);
}

/// <summary>Which way money goes, as limits see it. Numbers are stored and never change.</summary>
public enum MoneyDirection
{
    /// <summary>None.</summary>
    Unspecified = 0,

    /// <summary>Out of a wallet.</summary>
    Out = 1,

    /// <summary>Into a wallet.</summary>
    In = 2,
}

/// <summary>Over how long a limit sums. Calendar windows in UTC. Numbers are stored and never change.</summary>
public enum LimitWindow
{
    /// <summary>One payment.</summary>
    Payment = 0,

    /// <summary>A day.</summary>
    Day = 1,

    /// <summary>A month.</summary>
    Month = 2,

    /// <summary>A year.</summary>
    Year = 3,
}

/// <summary>Asks about a person; limits and what is used of them come for the currencies named.</summary>
[GenerateSerializer, Immutable, Alias("xchat.DescribeHolder")]
public sealed record DescribeHolder([property: Id(0)] IReadOnlyList<Currency> Currencies);

/// <summary>
/// A person as the rules see it. <c>Jurisdiction</c> and <c>Tier</c> are in force, also when nobody has set them (<c>Version</c> 0); <c>Known</c> tells
/// whether the rules have such a tier, without which nothing is allowed. <c>PaymentsOn</c>: whether the jurisdiction has payments at all.
/// </summary>
[GenerateSerializer, Immutable, Alias("xchat.HolderDescribed")]
public sealed record HolderDescribed(
    [property: Id(0)] UserId User,
    [property: Id(1)] string Jurisdiction,
    [property: Id(2)] string Tier,
    [property: Id(3)] bool Blocked,
    [property: Id(4)] long Version,
    [property: Id(5)] bool Known,
    [property: Id(6)] bool PaymentsOn,
    [property: Id(7)] IReadOnlyList<string> Features,
    [property: Id(8)] IReadOnlyList<LimitUsed> Limits);

/// <summary>A limit and what is used of it in the window that is running; -1 for no limit. A single payment uses nothing up.</summary>
[GenerateSerializer, Immutable, Alias("xchat.LimitUsed")]
public sealed record LimitUsed(
    [property: Id(0)] Currency Currency,
    [property: Id(1)] MoneyDirection Direction,
    [property: Id(2)] LimitWindow Window,
    [property: Id(3)] long MostMinorUnits,
    [property: Id(4)] long MostCount,
    [property: Id(5)] long UsedMinorUnits,
    [property: Id(6)] long UsedCount);

/// <summary>Says something about a person; null leaves it as it is.</summary>
[GenerateSerializer, Immutable, Alias("xchat.AssignHolder")]
public sealed record AssignHolder([property: Id(0)] string? Jurisdiction, [property: Id(1)] string? Tier, [property: Id(2)] bool? Blocked);

/// <summary>What came of it, and how the person stands now.</summary>
[GenerateSerializer, Immutable, Alias("xchat.HolderAssigned")]
public sealed record HolderAssigned(
    [property: Id(0)] HolderStatus Status,
    [property: Id(1)] string Jurisdiction,
    [property: Id(2)] string Tier,
    [property: Id(3)] bool Blocked,
    [property: Id(4)] long Version);

/// <summary>Outcomes for a holder, in order of precedence.</summary>
public enum HolderStatus
{
    /// <summary>None.</summary>
    Unspecified = 0,

    /// <summary>Done, and durable.</summary>
    Accepted = 1,

    /// <summary>Nobody has the user id.</summary>
    UserUnknown = 2,

    /// <summary>The rules have no such jurisdiction.</summary>
    JurisdictionUnknown = 3,

    /// <summary>The jurisdiction has no such tier.</summary>
    TierUnknown = 4,
}
