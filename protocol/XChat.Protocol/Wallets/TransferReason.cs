namespace XChat.Protocol.Wallets;

/// <summary>Why money moved. Part of the record, and what statements are filtered by.</summary>
public enum TransferReason
{
    /// <summary>Unknown to this client's version.</summary>
    Unspecified = 0,

    /// <summary>One person paid another.</summary>
    Payment = 1,

    /// <summary>One person paid what another had requested.</summary>
    RequestPaid = 2,

    /// <summary>One person paid a share of a bill.</summary>
    SplitShare = 3,

    /// <summary>A red packet was filled.</summary>
    RedPacketFunded = 4,

    /// <summary>A red packet was opened.</summary>
    RedPacketClaimed = 5,

    /// <summary>The rest of a red packet went back.</summary>
    RedPacketRefunded = 6,

    /// <summary>Money came in over a rail.</summary>
    Deposit = 7,

    /// <summary>Money goes out over a rail.</summary>
    Withdrawal = 8,

    /// <summary>A withdrawal came back.</summary>
    WithdrawalReturned = 9,

    /// <summary>A deposit was taken back by the rail.</summary>
    DepositReturned = 10,

    /// <summary>A fee.</summary>
    Fee = 11,

    /// <summary>A payment was given back.</summary>
    Refund = 12,

    /// <summary>An operator corrected an error by a reverse transfer.</summary>
    Correction = 13,

    /// <summary>Between two parts of the ledger.</summary>
    Clearing = 14,

    /// <summary>The payer of a disputed payment was credited: for the time being, or because the payer was right.</summary>
    ProvisionalCredit = 20,

    /// <summary>That credit was taken back: the payment stands.</summary>
    CreditTakenBack = 21,

    /// <summary>The payee of a disputed payment was charged: the payer was right.</summary>
    Chargeback = 22,
}
