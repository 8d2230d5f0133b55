using MessagePack;

namespace XChat.Protocol.Wallets;

/// <summary>The transfer; null when there is none of this id to which the caller is a party.</summary>
[MessagePackObject]
public sealed record GetTransferResult([property: Key("transfer")] TransferReceipt? Transfer);

/// <summary>
/// A transfer, how it stands now, and with that its receipt: who paid whom how much, when, what for, and under which number of the payer's debits.
/// <c>Payer</c> and <c>Payee</c> are empty where the other side is the server's. <c>Fee</c> is what the payer was charged beside the amount.
/// <c>Settled</c> is what has moved; nothing while it waits, or when it went back. Times are Unix milliseconds; 0: not yet, or never.
/// </summary>
[MessagePackObject]
public sealed record TransferReceipt(
    [property: Key("transfer")] Guid Transfer,
    [property: Key("state")] PaymentState State,
    [property: Key("payer")] Guid Payer,
    [property: Key("payee")] Guid Payee,
    [property: Key("amount")] Amount Amount,
    [property: Key("fee")] Amount Fee,
    [property: Key("settled")] Amount Settled,
    [property: Key("reason")] TransferReason Reason,
    [property: Key("reference")] Guid Reference,
    [property: Key("conversation")] Guid Conversation,
    [property: Key("seq")] long Seq,
    [property: Key("timeMs")] long TimeMs,
    [property: Key("expiresAtMs")] long ExpiresAtMs,
    [property: Key("settledAtMs")] long SettledAtMs);

/// <summary>How a payment stands.</summary>
public enum PaymentState
{
    /// <summary>Unknown to this client's version.</summary>
    Unspecified = 0,

    /// <summary>It waits for the payee.</summary>
    Pending = 1,

    /// <summary>The money has moved.</summary>
    Completed = 2,

    /// <summary>The payee did not want it; the money went back.</summary>
    Declined = 3,

    /// <summary>The payer took it back.</summary>
    Recalled = 4,

    /// <summary>Nobody accepted it in time; the money went back.</summary>
    Expired = 5,

    /// <summary>The server ended it; the money went back.</summary>
    Cancelled = 6,
}

/// <summary>A push: something changed in the caller's wallet of a currency. <c>Transfer</c> is one that did, of several maybe: read the rest.</summary>
[MessagePackObject]
public sealed record WalletChange([property: Key("currency")] string Currency, [property: Key("transfer")] Guid Transfer);
