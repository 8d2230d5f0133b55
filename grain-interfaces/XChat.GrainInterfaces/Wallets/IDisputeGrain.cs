using XChat.Protocol.Accounts;
using XChat.Protocol.Wallets;

namespace XChat.GrainInterfaces.Wallets;

/// <summary>What becomes of a transfer afterwards: it is refunded by its payee, disputed by its payer, or corrected by an operator.</summary>
/// <remarks>
/// Key: the transfer's id.
/// Owns: the dispute, and the turn in which money goes back. What went back is the ledger's, which lets no more go back than had moved.
/// Durable when: the result is returned; money that is due then moves at once, or by the sweep.
/// Retry: every method may be repeated; a refund is recognised by its order, a correction by its amount.
/// Scheduling: one call at a time.
/// </remarks>
[GrainInterfaceType("xchat.dispute"), Alias("xchat.IDisputeGrain")]
public interface IDisputeGrain : IGrainWithGuidKey
{
    /// <summary>Gives money back by an order that the payee's device signed, at most as much as came.</summary>
    [Alias("refund")]
    Task<TransferDecided> Refund(PayOrder request);

    /// <summary>Begins a dispute.</summary>
    [Alias("open")]
    Task<DisputeAnswered> Open(OpenDispute request);

    /// <summary>Takes it back.</summary>
    [Alias("withdraw")]
    Task<DisputeAnswered> Withdraw(WithdrawDispute request);

    /// <summary>Tells its parties how it stands.</summary>
    [Alias("describe")]
    Task<DisputeAnswered> Describe(DescribeDispute request);

    /// <summary>Decides it. For operators; no frontend passes this on from a device.</summary>
    [Alias("decide")]
    Task<DisputeAnswered> Decide(DecideDispute request);

    /// <summary>Puts an error right by a reverse transfer. For operators; no frontend passes this on from a device.</summary>
    [Alias("correct")]
    Task<TransferCorrected> Correct(CorrectTransfer request);

    /// <summary>Does what its clocks say, and moves the money that is due.</summary>
    [Alias("settle")]
    Task Settle();
}

/// <summary>A payer's word against a payment.</summary>
[GenerateSerializer, Immutable, Alias("xchat.OpenDispute")]
public sealed record OpenDispute([property: Id(0)] Accounts.Caller Caller, [property: Id(1)] string Reason);

/// <summary>Takes it back.</summary>
[GenerateSerializer, Immutable, Alias("xchat.WithdrawDispute")]
public sealed record WithdrawDispute([property: Id(0)] Accounts.Caller Caller);

/// <summary>Asks for it; an empty caller is an operator.</summary>
[GenerateSerializer, Immutable, Alias("xchat.DescribeDispute")]
public sealed record DescribeDispute([property: Id(0)] Accounts.Caller? Caller);

/// <summary>Decides for the payer or against.</summary>
[GenerateSerializer, Immutable, Alias("xchat.DecideDispute")]
public sealed record DecideDispute([property: Id(0)] bool Upheld);

/// <summary>Corrects so much of a transfer; null for all that did not go back yet.</summary>
[GenerateSerializer, Immutable, Alias("xchat.CorrectTransfer")]
public sealed record CorrectTransfer([property: Id(0)] long? MinorUnits);

/// <summary>
/// What came of a correction. Done: the reverse transfer and its amount. <see cref="WalletStatus.NotRefundable"/>: nothing of it is to correct, for the
/// problem named; any other status: the wallet that has the money refused.
/// </summary>
[GenerateSerializer, Immutable, Alias("xchat.TransferCorrected")]
public sealed record TransferCorrected(
    [property: Id(0)] WalletStatus Status,
    [property: Id(1)] TransferId Correction,
    [property: Id(2)] long MinorUnits,
    [property: Id(3)] string Problem);

/// <summary>What came of it, and the dispute as it stands.</summary>
[GenerateSerializer, Immutable, Alias("xchat.DisputeAnswered")]
public sealed record DisputeAnswered([property: Id(0)] DisputeStatus Status, [property: Id(1)] DisputeDescription? Dispute);

/// <summary>A dispute. <c>Credited</c>: the payer has the money now. <c>Unsettled</c>: money is due that could not be moved yet. Times are Unix ms.</summary>
[GenerateSerializer, Immutable, Alias("xchat.DisputeDescription")]
public sealed record DisputeDescription(
    [property: Id(0)] TransferId Transfer,
    [property: Id(1)] UserId Payer,
    [property: Id(2)] UserId Payee,
    [property: Id(3)] Currency Currency,
    [property: Id(4)] long MinorUnits,
    [property: Id(5)] string Reason,
    [property: Id(6)] DisputeState State,
    [property: Id(7)] bool Credited,
    [property: Id(8)] bool Unsettled,
    [property: Id(9)] long OpenedAtMs,
    [property: Id(10)] long CreditByMs,
    [property: Id(11)] long DecideByMs,
    [property: Id(12)] long DecidedAtMs);
