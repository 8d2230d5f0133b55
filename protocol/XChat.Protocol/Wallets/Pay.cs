using MessagePack;

namespace XChat.Protocol.Wallets;

/// <summary>
/// Pays. <c>Order</c> is the canonical bytes of a <see cref="PaymentOrder"/>, <c>Signature</c> the calling device's over them, <c>Card</c> the encrypted
/// card whose digest the order has; null for none. The order's transfer id makes the call repeatable.
/// </summary>
[MessagePackObject]
public sealed record PayRequest(
    [property: Key("order")] byte[] Order,
    [property: Key("signature")] byte[] Signature,
    [property: Key("card")] byte[]? Card);

/// <summary>
/// What came of a payment or of an answer to one. When accepted: its number among the payer's debits, its time, and for a payment that waits for
/// acceptance when it expires (0: it is done). Times are Unix milliseconds.
/// </summary>
[MessagePackObject]
public sealed record PaymentResult(
    [property: Key("status")] WalletStatus Status,
    [property: Key("seq")] long Seq,
    [property: Key("timeMs")] long TimeMs,
    [property: Key("expiresAtMs")] long ExpiresAtMs);

/// <summary>Ends a payment that waits for acceptance. <c>Command</c> makes the call repeatable.</summary>
[MessagePackObject]
public sealed record ResolvePaymentRequest(
    [property: Key("command")] Guid Command,
    [property: Key("transfer")] Guid Transfer,
    [property: Key("answer")] PaymentAnswer Answer);

/// <summary>What a party says to a payment that waits.</summary>
public enum PaymentAnswer
{
    /// <summary>None.</summary>
    Unspecified = 0,

    /// <summary>The payee takes the money.</summary>
    Accept = 1,

    /// <summary>The payee does not want it; it goes back.</summary>
    Decline = 2,

    /// <summary>The payer takes it back.</summary>
    Recall = 3,
}
