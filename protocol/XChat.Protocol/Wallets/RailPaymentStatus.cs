namespace XChat.Protocol.Wallets;

/// <summary>
/// Outcomes of ordering a deposit or a withdrawal, in order of precedence: the first that applies is answered. With every one but the first two, no
/// money moves.
/// </summary>
public enum RailPaymentStatus
{
    /// <summary>Unknown to this client's version.</summary>
    Unspecified = 0,

    /// <summary>The payment is under way and durable; its state says how far it is.</summary>
    Accepted = 1,

    /// <summary>The same payment was ordered before; the state is that of now.</summary>
    AlreadyAccepted = 2,

    /// <summary>The payment's id names another payment.</summary>
    IdReusedWithDifferentContent = 3,

    /// <summary>The order cannot be read, an id in it is empty, or it is for another rail or destination than the one named.</summary>
    OrderInvalid = 4,

    /// <summary>The order is not the calling device's.</summary>
    NotAllowed = 5,

    /// <summary>The signature is not one of a device that the user certifies now, over this very order.</summary>
    SignatureInvalid = 6,

    /// <summary>The order's time is over, or lies further ahead than <see cref="Limits.OrderSeconds"/>.</summary>
    OrderExpired = 7,

    /// <summary>The server has no such rail, or it does not do this.</summary>
    RailUnknown = 8,

    /// <summary>The rail does not carry the currency.</summary>
    CurrencyNotServed = 9,

    /// <summary>The amount is zero or negative.</summary>
    AmountInvalid = 10,

    /// <summary>The amount is above <see cref="Limits.TransferMinorUnits"/>.</summary>
    AmountTooLarge = 11,

    /// <summary>The rail cannot pay out to the destination.</summary>
    DestinationInvalid = 12,

    /// <summary>
    /// The wallet's status says why: it refused to reserve the money of a withdrawal (a new try takes a new id), or its holder may bring no money in (blocked,
    /// or where there are no payments).
    /// </summary>
    WalletRefused = 13,

    /// <summary>The caller has no such payment.</summary>
    NotFound = 14,
}

/// <summary>Which way the money goes.</summary>
public enum RailPaymentKind
{
    /// <summary>Unknown to this client's version.</summary>
    Unspecified = 0,

    /// <summary>Into the wallet.</summary>
    Deposit = 1,

    /// <summary>Out of it.</summary>
    Withdrawal = 2,
}

/// <summary>How far a payment over a rail is.</summary>
public enum RailPaymentState
{
    /// <summary>Unknown to this client's version.</summary>
    Unspecified = 0,

    /// <summary>It is ordered; the rail has not confirmed yet that it knows it.</summary>
    Ordered = 1,

    /// <summary>The rail works on it. What a withdrawal takes out is reserved in the wallet.</summary>
    UnderWay = 2,

    /// <summary>The money has moved.</summary>
    Completed = 3,

    /// <summary>The rail could not do it. No money has moved; what a withdrawal had reserved is free again.</summary>
    Failed = 4,

    /// <summary>All of it came back after it had settled: a deposit was taken out of the wallet again, a withdrawal put back into it.</summary>
    Returned = 5,

    /// <summary>The wallet did not have the money, or is frozen.</summary>
    Refused = 6,
}
