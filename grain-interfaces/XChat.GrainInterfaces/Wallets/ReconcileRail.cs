using XChat.Protocol.Wallets;

namespace XChat.GrainInterfaces.Wallets;

/// <summary>Reads the statements of a rail up to today and compares the books with them.</summary>
[GenerateSerializer, Immutable, Alias("xchat.ReconcileRail")]
public sealed record ReconcileRail([property: Id(0)] string Rail);

/// <summary>
/// What came of it. <c>Days</c> is how many statements were read, <c>Changed</c> names lines that a rail now says otherwise than before. All is well when
/// there is no change and every currency has a difference of nothing and no break.
/// </summary>
[GenerateSerializer, Immutable, Alias("xchat.RailReconciled")]
public sealed record RailReconciled(
    [property: Id(0)] ReconcileStatus Status,
    [property: Id(1)] int Days,
    [property: Id(2)] IReadOnlyList<string> Changed,
    [property: Id(3)] IReadOnlyList<RailCurrencyReconciled> Currencies);

/// <summary>Whether the comparison could be made.</summary>
public enum ReconcileStatus
{
    /// <summary>None.</summary>
    Unspecified = 0,

    /// <summary>It was made.</summary>
    Done = 1,

    /// <summary>There is no such rail.</summary>
    RailUnknown = 2,

    /// <summary>The rail does not answer: nothing was compared.</summary>
    RailUnavailable = 3,
}

/// <summary>Asks whether a rail answers.</summary>
[GenerateSerializer, Immutable, Alias("xchat.ProbeRail")]
public sealed record ProbeRail([property: Id(0)] string Rail);

/// <summary>Whether it does: <see cref="ReconcileStatus.Done"/> if so.</summary>
[GenerateSerializer, Immutable, Alias("xchat.RailProbed")]
public sealed record RailProbed([property: Id(0)] ReconcileStatus Status);

/// <summary>One currency of a rail: minor units that the rail says it holds, and that the ledger says; the first breaks and how many there are.</summary>
[GenerateSerializer, Immutable, Alias("xchat.RailCurrencyReconciled")]
public sealed record RailCurrencyReconciled(
    [property: Id(0)] Currency Currency,
    [property: Id(1)] long RailHolds,
    [property: Id(2)] long LedgerSays,
    [property: Id(3)] long BreakCount,
    [property: Id(4)] IReadOnlyList<RailBreak> Breaks);

/// <summary>
/// A payment in which rail and ledger differ, in minor units; the payment is empty for lines and transfers that name none. <c>Kind</c> says what to do.
/// </summary>
[GenerateSerializer, Immutable, Alias("xchat.RailBreak")]
public sealed record RailBreak(
    [property: Id(0)] Guid Payment,
    [property: Id(1)] RailBreakKind Kind,
    [property: Id(2)] long RailSays,
    [property: Id(3)] long LedgerSays);

/// <summary>Why a payment differs.</summary>
public enum RailBreakKind
{
    /// <summary>None.</summary>
    Unspecified = 0,

    /// <summary>It is known here and still being worked on: it goes away by itself. If it does not within a day, look at the rail.</summary>
    Open = 1,

    /// <summary>The rail has contradicted what was booked: decide with the rail who is right, and put wallets right by a reverse transfer.</summary>
    Contradicted = 2,

    /// <summary>It has come to rest here and differs all the same: compare with the rail's own records.</summary>
    Differs = 3,

    /// <summary>Nobody ordered it here, or the rail names no payment: ask the rail what it is.</summary>
    Unknown = 4,
}
