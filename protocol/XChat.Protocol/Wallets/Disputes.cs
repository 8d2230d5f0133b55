using MessagePack;

namespace XChat.Protocol.Wallets;

/// <summary>Disputes a payment that the caller made. <c>Reason</c> is for the operator to read: it is not encrypted.</summary>
[MessagePackObject]
public sealed record OpenDisputeRequest([property: Key("transfer")] Guid Transfer, [property: Key("reason")] string Reason);

/// <summary>What came of a call about a dispute; the dispute where there is one that the caller may see.</summary>
[MessagePackObject]
public sealed record DisputeResult([property: Key("status")] DisputeStatus Status, [property: Key("dispute")] DisputeView? Dispute);

/// <summary>A dispute as its parties see it. Times are Unix milliseconds; 0 while it is open.</summary>
[MessagePackObject]
public sealed record DisputeView(
    [property: Key("transfer")] Guid Transfer,
    [property: Key("payer")] Guid Payer,
    [property: Key("payee")] Guid Payee,
    [property: Key("amount")] Amount Amount,
    [property: Key("state")] DisputeState State,
    [property: Key("credited")] bool Credited,
    [property: Key("creditByMs")] long CreditByMs,
    [property: Key("decideByMs")] long DecideByMs,
    [property: Key("decidedAtMs")] long DecidedAtMs);

/// <summary>How a dispute stands. Numbers are stored and never change.</summary>
public enum DisputeState
{
    /// <summary>Unknown to this client's version.</summary>
    Unspecified = 0,

    /// <summary>Somebody looks into it.</summary>
    Open = 1,

    /// <summary>The payer was right and has the money; the payee is charged.</summary>
    Upheld = 2,

    /// <summary>The payment stands.</summary>
    Rejected = 3,

    /// <summary>The payer took it back; the payment stands.</summary>
    Withdrawn = 4,

    /// <summary>Nobody decided in time: the payer keeps the money, at the operator's cost.</summary>
    UpheldByTime = 5,
}

/// <summary>Outcomes for a dispute, in order of precedence.</summary>
public enum DisputeStatus
{
    /// <summary>Unknown to this client's version.</summary>
    Unspecified = 0,

    /// <summary>Done, and durable.</summary>
    Accepted = 1,

    /// <summary>It was so before.</summary>
    AlreadyAccepted = 2,

    /// <summary>The caller has no part in such a payment, or there is no dispute about it.</summary>
    NotFound = 3,

    /// <summary>Only the payer of a payment to another person disputes it, and takes a dispute back.</summary>
    NotAllowed = 4,

    /// <summary>No money has moved: the payment waits, or went back.</summary>
    NotCompleted = 5,

    /// <summary>It is too late: the payment is older than <see cref="Limits.DisputeSeconds"/>.</summary>
    TooLate = 6,

    /// <summary>All of it was given back already.</summary>
    Refunded = 7,

    /// <summary>It is decided.</summary>
    Decided = 8,
}
