using Orleans.Concurrency;

using XChat.Protocol.Wallets;

namespace XChat.GrainInterfaces.Wallets;

/// <summary>One deposit or withdrawal over a rail: sees to it that what the rail has done and what the ledger says become the same.</summary>
/// <remarks>
/// Key: the payment id, by which the rail knows it too.
/// Owns: what is known of the rail's side, and what has been done on the ledger's. The money is the wallets'.
/// Durable when: the result is returned. What could not be done at once is done later by itself.
/// Retry: always; a payment is ordered once, and a report that is not news changes nothing.
/// Scheduling: one call at a time; reads interleave.
/// </remarks>
[GrainInterfaceType("xchat.rail-payment"), Alias("xchat.IRailPaymentGrain")]
public interface IRailPaymentGrain : IGrainWithGuidKey
{
    /// <summary>Orders a deposit.</summary>
    [Alias("deposit")]
    Task<RailPaymentDecided> Deposit(DepositOverRail request);

    /// <summary>Orders a withdrawal by an order that the caller's device signed.</summary>
    [Alias("withdraw")]
    Task<RailPaymentDecided> Withdraw(WithdrawOverRail request);

    /// <summary>Takes in what the rail says. Only what was verified to be from the rail comes here.</summary>
    [Alias("observe")]
    Task<RailReportTaken> Observe(RailReport request);

    /// <summary>Tells the owner how it stands.</summary>
    [Alias("describe"), AlwaysInterleave]
    Task<RailPaymentDecided> Describe(DescribeRailPayment request);

    /// <summary>Asks the rail, and does what is left to do. The sweep calls it.</summary>
    [Alias("advance")]
    Task Advance();
}

/// <summary>Money is to come in.</summary>
[GenerateSerializer, Immutable, Alias("xchat.DepositOverRail")]
public sealed record DepositOverRail(
    [property: Id(0)] Accounts.Caller Caller,
    [property: Id(1)] string Rail,
    [property: Id(2)] Currency Currency,
    [property: Id(3)] long MinorUnits);

/// <summary>Money is to go out. <c>Order</c> is the canonical bytes of a <see cref="WithdrawalOrder"/>, <c>Signature</c> the device's over them.</summary>
[GenerateSerializer, Immutable, Alias("xchat.WithdrawOverRail")]
public sealed record WithdrawOverRail(
    [property: Id(0)] Accounts.Caller Caller,
    [property: Id(1)] byte[] Order,
    [property: Id(2)] byte[] Signature,
    [property: Id(3)] string Rail,
    [property: Id(4)] string Destination);

/// <summary>Asks how it stands.</summary>
[GenerateSerializer, Immutable, Alias("xchat.DescribeRailPayment")]
public sealed record DescribeRailPayment([property: Id(0)] Accounts.Caller Caller);

/// <summary>What came of a call. <c>Wallet</c> is the wallet's answer when it refused; the payment is null when the caller has none of this id.</summary>
[GenerateSerializer, Immutable, Alias("xchat.RailPaymentDecided")]
public sealed record RailPaymentDecided(
    [property: Id(0)] RailPaymentStatus Status,
    [property: Id(1)] WalletStatus Wallet,
    [property: Id(2)] RailPaymentDescription? Payment);

/// <summary>
/// A payment and how it stands. <c>ReturnedMinorUnits</c> came back after settlement, <c>OwedMinorUnits</c> of it was not in the wallet any more.
/// Times are Unix ms.
/// </summary>
[GenerateSerializer, Immutable, Alias("xchat.RailPaymentDescription")]
public sealed record RailPaymentDescription(
    [property: Id(0)] Guid Payment,
    [property: Id(1)] string Rail,
    [property: Id(2)] RailPaymentKind Kind,
    [property: Id(3)] RailPaymentState State,
    [property: Id(4)] Currency Currency,
    [property: Id(5)] long MinorUnits,
    [property: Id(6)] long ReturnedMinorUnits,
    [property: Id(7)] long OwedMinorUnits,
    [property: Id(8)] TransferId Transfer,
    [property: Id(9)] string Instruction,
    [property: Id(10)] string Failure,
    [property: Id(11)] long CreatedAtMs,
    [property: Id(12)] long ChangedAtMs);

/// <summary>
/// What a rail says of a payment: the whole of it at some moment, so that reports may come late, twice and in any order. <c>Reference</c> is the rail's
/// own name for it, <c>ReturnedMinorUnits</c> all that has come back so far. <c>Instruction</c> and <c>Failure</c> are empty for none.
/// </summary>
[GenerateSerializer, Immutable, Alias("xchat.RailReport")]
public sealed record RailReport(
    [property: Id(0)] string Rail,
    [property: Id(1)] string Reference,
    [property: Id(2)] Currency Currency,
    [property: Id(3)] long MinorUnits,
    [property: Id(4)] RailStage Stage,
    [property: Id(5)] long ReturnedMinorUnits,
    [property: Id(6)] string Instruction,
    [property: Id(7)] string Failure);

/// <summary>How far a payment is on the rail's side. A later stage outranks an earlier one. Numbers are stored and never change.</summary>
public enum RailStage
{
    /// <summary>The rail is not known to have it.</summary>
    Unsent = 0,

    /// <summary>The rail works on it.</summary>
    UnderWay = 1,

    /// <summary>The rail could not do it.</summary>
    Failed = 2,

    /// <summary>The rail has done it; it may still come back.</summary>
    Settled = 3,
}

/// <summary>Whether there is such a payment.</summary>
[GenerateSerializer, Immutable, Alias("xchat.RailReportTaken")]
public sealed record RailReportTaken([property: Id(0)] bool Known);
