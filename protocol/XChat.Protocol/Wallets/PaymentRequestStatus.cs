namespace XChat.Protocol.Wallets;

/// <summary>
/// Outcomes of asking for money and of answering, in order of precedence: the first that applies is answered. No money moves with any but
/// <see cref="Accepted"/>.
/// </summary>
public enum PaymentRequestStatus
{
    /// <summary>Unknown to this client's version.</summary>
    Unspecified = 0,

    /// <summary>Done, and durable.</summary>
    Accepted = 1,

    /// <summary>The same was accepted before.</summary>
    AlreadyAccepted = 2,

    /// <summary>The request's id names another request.</summary>
    IdReusedWithDifferentContent = 3,

    /// <summary>An id is empty, a person occurs twice, or nobody is asked for anything.</summary>
    RequestInvalid = 4,

    /// <summary>A share or the total is zero or negative.</summary>
    AmountInvalid = 5,

    /// <summary>The total is above <see cref="Limits.TransferMinorUnits"/>.</summary>
    AmountTooLarge = 6,

    /// <summary>The shares do not add up to the total.</summary>
    SharesDoNotSum = 7,

    /// <summary>The only one who is asked is the one who asks.</summary>
    SelfPayment = 8,

    /// <summary>The caller, or somebody who is asked, is no member of the conversation; or the caller has no part in such a request.</summary>
    NotMember = 9,

    /// <summary>The caller's part in the request does not allow this: who is asked pays or declines, who asks cancels.</summary>
    NotAllowed = 10,

    /// <summary>The order pays another person, amount, currency or request, or is not instant.</summary>
    OrderMismatch = 11,

    /// <summary>The share has been paid.</summary>
    Paid = 12,

    /// <summary>The share has been declined.</summary>
    Declined = 13,

    /// <summary>The request was cancelled by the one who asked.</summary>
    Cancelled = 14,

    /// <summary>The request's time is over.</summary>
    Expired = 15,

    /// <summary>The share is being paid by another order; ask again.</summary>
    PaymentUnderWay = 16,
}

/// <summary>How one person's share of a request stands.</summary>
public enum ShareState
{
    /// <summary>Unknown to this client's version.</summary>
    Unspecified = 0,

    /// <summary>Neither paid nor declined.</summary>
    Open = 1,

    /// <summary>A payment has begun; the ledger will tell.</summary>
    Paying = 2,

    /// <summary>Paid: the ledger has the transfer.</summary>
    Paid = 3,

    /// <summary>Declined by the one who was asked.</summary>
    Declined = 4,

    /// <summary>The share of the one who asks: nothing to pay.</summary>
    Own = 5,
}
