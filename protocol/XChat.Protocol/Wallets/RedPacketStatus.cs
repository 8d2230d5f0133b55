namespace XChat.Protocol.Wallets;

/// <summary>
/// Outcomes of filling and opening a red packet, in order of precedence: the first that applies is answered. With every one but the first three,
/// no money has moved.
/// </summary>
public enum RedPacketStatus
{
    /// <summary>Unknown to this client's version.</summary>
    Unspecified = 0,

    /// <summary>Done, and durable.</summary>
    Accepted = 1,

    /// <summary>The same packet was filled by the same order before.</summary>
    AlreadyAccepted = 2,

    /// <summary>The caller has opened it before: one share for each person. The share is that of the first time.</summary>
    AlreadyOpened = 3,

    /// <summary>The packet's id names another packet.</summary>
    IdReusedWithDifferentContent = 4,

    /// <summary>The order cannot be read, or an id in it is empty.</summary>
    OrderInvalid = 5,

    /// <summary>The order is not the calling device's.</summary>
    NotAllowed = 6,

    /// <summary>The signature is not one of a device that the payer certifies now, over this very order.</summary>
    SignatureInvalid = 7,

    /// <summary>The order's time is over, or lies further ahead than <see cref="Limits.OrderSeconds"/>.</summary>
    OrderExpired = 8,

    /// <summary>There are fewer than one or more than <see cref="Limits.RedPacketShares"/> shares.</summary>
    CountInvalid = 9,

    /// <summary>The amount is zero or negative, or less than one minor unit a share.</summary>
    AmountInvalid = 10,

    /// <summary>The amount is above <see cref="Limits.TransferMinorUnits"/>.</summary>
    AmountTooLarge = 11,

    /// <summary>The caller is no member of the conversation, or there is no such packet there.</summary>
    NotMember = 12,

    /// <summary>The conversation is no group.</summary>
    NotGroup = 13,

    /// <summary>The payer's wallet refused to fill it; its status says why.</summary>
    FundingRefused = 14,

    /// <summary>The time to open it is over; what was left went back.</summary>
    Expired = 15,

    /// <summary>Every share has been taken by others.</summary>
    AllTaken = 16,

    /// <summary>Too many people open it at this moment: nothing was done, try again.</summary>
    Overloaded = 17,
}
