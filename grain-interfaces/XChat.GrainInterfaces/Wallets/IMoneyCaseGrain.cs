using XChat.Protocol.Accounts;

namespace XChat.GrainInterfaces.Wallets;

/// <summary>The queue of what operators have to look into.</summary>
/// <remarks>
/// Key: 0; any number of activations.
/// Owns: nothing; the cases are the database's.
/// Durable when: the result is returned.
/// Retry: every method may be repeated.
/// Scheduling: stateless worker.
/// </remarks>
[GrainInterfaceType("xchat.money-case"), Alias("xchat.IMoneyCaseGrain")]
public interface IMoneyCaseGrain : IGrainWithIntegerKey
{
    /// <summary>Lists cases, oldest first.</summary>
    [Alias("list")]
    Task<MoneyCaseList> List(ListMoneyCases request);

    /// <summary>Ends a case of screening. Whoever is cleared of the last one that is open or confirmed is no longer blocked.</summary>
    [Alias("close")]
    Task<MoneyCaseClosed> Close(CloseMoneyCase request);
}

/// <summary>What a case is about. Numbers are stored and never change.</summary>
public enum MoneyCaseKind
{
    /// <summary>None.</summary>
    Unspecified = 0,

    /// <summary>A person is on the screening list.</summary>
    Screening = 1,

    /// <summary>A person disputes a payment.</summary>
    Dispute = 2,
}

/// <summary>How a case stands. Numbers are stored and never change.</summary>
public enum MoneyCaseState
{
    /// <summary>None.</summary>
    Unspecified = 0,

    /// <summary>Somebody has to look into it.</summary>
    Open = 1,

    /// <summary>There was nothing to it.</summary>
    Cleared = 2,

    /// <summary>It is as it seemed.</summary>
    Confirmed = 3,
}

/// <summary>Asks for the cases behind one (empty: from the first), open ones or all.</summary>
[GenerateSerializer, Immutable, Alias("xchat.ListMoneyCases")]
public sealed record ListMoneyCases([property: Id(0)] bool OpenOnly, [property: Id(1)] Guid After, [property: Id(2)] int Limit);

/// <summary>Cases, oldest first.</summary>
[GenerateSerializer, Immutable, Alias("xchat.MoneyCaseList")]
public sealed record MoneyCaseList([property: Id(0)] IReadOnlyList<MoneyCase> Cases);

/// <summary>A case. <c>Subject</c> is the entry of the list, or the transfer. Times are Unix ms; 0 while it is open.</summary>
[GenerateSerializer, Immutable, Alias("xchat.MoneyCase")]
public sealed record MoneyCase(
    [property: Id(0)] Guid Case,
    [property: Id(1)] MoneyCaseKind Kind,
    [property: Id(2)] UserId User,
    [property: Id(3)] string Subject,
    [property: Id(4)] string Detail,
    [property: Id(5)] MoneyCaseState State,
    [property: Id(6)] long OpenedAtMs,
    [property: Id(7)] long ClosedAtMs);

/// <summary>Ends a case as cleared or confirmed.</summary>
[GenerateSerializer, Immutable, Alias("xchat.CloseMoneyCase")]
public sealed record CloseMoneyCase([property: Id(0)] Guid Case, [property: Id(1)] MoneyCaseState Outcome);

/// <summary>What came of it; the case as it stands when there is one.</summary>
[GenerateSerializer, Immutable, Alias("xchat.MoneyCaseClosed")]
public sealed record MoneyCaseClosed([property: Id(0)] MoneyCaseStatus Status, [property: Id(1)] MoneyCase? Case);

/// <summary>Outcomes for a case, in order of precedence.</summary>
public enum MoneyCaseStatus
{
    /// <summary>None.</summary>
    Unspecified = 0,

    /// <summary>Done, and durable.</summary>
    Accepted = 1,

    /// <summary>There is no such case.</summary>
    NotFound = 2,

    /// <summary>It is not one of screening, or the outcome is none.</summary>
    NotAllowed = 3,

    /// <summary>It has ended otherwise before.</summary>
    Closed = 4,
}
