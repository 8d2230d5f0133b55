namespace XChat.Protocol.Wallets;

/// <summary>
/// Outcomes of every operation on a wallet, in order of precedence up to 20: the first that applies is answered, and then no counter has moved; later
/// ones say where they come. A refusal that time could turn around (<see cref="PayeeUnknown"/>, <see cref="AccountFrozen"/>,
/// <see cref="InsufficientFunds"/>, <see cref="TooManyPending"/>, and those of the rules from <see cref="PaymentsUnavailable"/> on) is kept with its id:
/// a new try takes a new id.
/// </summary>
public enum WalletStatus
{
    /// <summary>Unknown to this client's version.</summary>
    Unspecified = 0,

    /// <summary>Done, and durable.</summary>
    Accepted = 1,

    /// <summary>The same command was accepted before; the result is the first one.</summary>
    AlreadyAccepted = 2,

    /// <summary>The id names another command: nothing was done. It does not matter which field differs.</summary>
    IdReusedWithDifferentContent = 3,

    /// <summary>The order cannot be read, an id in it is empty, or an id occurs twice.</summary>
    OrderInvalid = 4,

    /// <summary>The wallet is not the caller's, or the caller's part in the payment does not allow this.</summary>
    NotAllowed = 5,

    /// <summary>The signature is not one of a device that the payer certifies now, over this very order.</summary>
    SignatureInvalid = 6,

    /// <summary>The order's time is over, or lies further ahead than <see cref="Limits.OrderSeconds"/>.</summary>
    OrderExpired = 7,

    /// <summary>The currency is not one of ISO 4217, or not that of both wallets.</summary>
    CurrencyMismatch = 8,

    /// <summary>The amount is zero or negative.</summary>
    AmountInvalid = 9,

    /// <summary>The amount, or the sum of a linked group, is above <see cref="Limits.TransferMinorUnits"/>.</summary>
    AmountTooLarge = 10,

    /// <summary>The card is longer than <see cref="Limits.PaymentCardBytes"/>, or not the one that was signed.</summary>
    CardInvalid = 11,

    /// <summary>Payer and payee are the same wallet.</summary>
    SelfPayment = 12,

    /// <summary>Nobody has the payee's user id.</summary>
    PayeeUnknown = 13,

    /// <summary>The wallet is frozen: it can be credited, not debited.</summary>
    AccountFrozen = 14,

    /// <summary>The wallet has no such pending transfer.</summary>
    PendingNotFound = 15,

    /// <summary>The pending transfer was posted, voided or has expired by another command.</summary>
    PendingResolved = 16,

    /// <summary>The pending transfer's time is over: it can no longer be posted.</summary>
    PendingExpired = 17,

    /// <summary>The wallet has <see cref="Limits.PendingPerWallet"/> open pending transfers.</summary>
    TooManyPending = 18,

    /// <summary>The wallet does not have that much.</summary>
    InsufficientFunds = 19,

    /// <summary>The wallet's queue is full: nothing was done, try again with the same id.</summary>
    Overloaded = 20,

    /// <summary>
    /// The order says that it pays a request or a share of a bill, and it does not: the request asks nothing of the payer, asks for something else, or is
    /// paid, declined, cancelled or over. Comes before every other refusal; the request says how it stands.
    /// </summary>
    RequestNotPayable = 21,

    /// <summary>
    /// There are no payments in the payer's jurisdiction; chat is not concerned. This and the next two come after <see cref="AccountFrozen"/>, in their order.
    /// </summary>
    PaymentsUnavailable = 30,

    /// <summary>The payer's tier does not have this way of paying.</summary>
    FeatureUnavailable = 31,

    /// <summary>The payee may not get money in this way.</summary>
    PayeeUnavailable = 32,

    /// <summary>
    /// The payer's limit, in amount or in number, of one payment or of a day, month or year. This and the next come after <see cref="TooManyPending"/>, in
    /// their order, and before <see cref="InsufficientFunds"/>.
    /// </summary>
    LimitReached = 33,

    /// <summary>The payee's limit of what comes in.</summary>
    PayeeLimitReached = 34,

    /// <summary>
    /// The order says that it gives back a payment, and it does not: there is no such payment from its payee to its payer, nothing has moved, or less is left
    /// of it; what its payer has of it by a dispute or a correction is not left. Comes before every other refusal, and once more when something else gave it
    /// back meanwhile.
    /// </summary>
    NotRefundable = 35,
}
