using XChat.Protocol.Wallets;

namespace XChat.GrainInterfaces.Wallets;

/// <summary>
/// A payment by the signed-in device. <c>Order</c> is the canonical bytes of a <see cref="PaymentOrder"/>, <c>Signature</c> the device's over
/// them, <c>Card</c> the encrypted card whose digest the order has; empty for none.
/// </summary>
[GenerateSerializer, Immutable, Alias("xchat.PayOrder")]
public sealed record PayOrder(
    [property: Id(0)] Accounts.Caller Caller,
    [property: Id(1)] byte[] Order,
    [property: Id(2)] byte[] Signature,
    [property: Id(3)] byte[] Card);

/// <summary>
/// What came of a command. When accepted: the place of its first transfer in the debited account's chain, its time (Unix ms), and for a pending
/// one when it expires (Unix ms; 0: it is posted).
/// </summary>
[GenerateSerializer, Immutable, Alias("xchat.TransferDecided")]
public sealed record TransferDecided(
    [property: Id(0)] WalletStatus Status,
    [property: Id(1)] long Seq,
    [property: Id(2)] long TimeMs,
    [property: Id(3)] long ExpiresAtMs);
