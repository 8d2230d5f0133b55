using MessagePack;

namespace XChat.Protocol.Wallets;

/// <summary>Fills a red packet. <c>Order</c> is the canonical bytes of a <see cref="RedPacketOrder"/>, <c>Signature</c> the device's over them.</summary>
[MessagePackObject]
public sealed record CreateRedPacketRequest(
    [property: Key("order")] byte[] Order,
    [property: Key("signature")] byte[] Signature);

/// <summary>What came of an order. <c>Funding</c> is the wallet's answer when it refused; <c>ExpiresAtMs</c> is when the rest goes back.</summary>
[MessagePackObject]
public sealed record CreateRedPacketResult(
    [property: Key("status")] RedPacketStatus Status,
    [property: Key("funding")] WalletStatus Funding,
    [property: Key("expiresAtMs")] long ExpiresAtMs);

/// <summary>What the caller got out of a packet: null for nothing. <c>Transfer</c> is the transfer that brings it.</summary>
[MessagePackObject]
public sealed record OpenRedPacketResult(
    [property: Key("status")] RedPacketStatus Status,
    [property: Key("amount")] Amount? Amount,
    [property: Key("transfer")] Guid Transfer);

/// <summary>A packet as a member sees it; null unless the status is accepted.</summary>
[MessagePackObject]
public sealed record GetRedPacketResult(
    [property: Key("status")] RedPacketStatus Status,
    [property: Key("packet")] RedPacketView? Packet);

/// <summary>
/// A red packet now. <c>Refunded</c> is what went back when its time was over. Times are Unix milliseconds. <c>Claims</c> are in the order in which it was
/// opened.
/// </summary>
[MessagePackObject]
public sealed record RedPacketView(
    [property: Key("packet")] Guid Packet,
    [property: Key("conversation")] Guid Conversation,
    [property: Key("payer")] Guid Payer,
    [property: Key("mode")] RedPacketMode Mode,
    [property: Key("amount")] Amount Amount,
    [property: Key("count")] int Count,
    [property: Key("left")] Amount Left,
    [property: Key("expiresAtMs")] long ExpiresAtMs,
    [property: Key("ended")] bool Ended,
    [property: Key("refunded")] Amount Refunded,
    [property: Key("claims")] IReadOnlyList<RedPacketClaimView> Claims);

/// <summary>Who got how much, and when (Unix ms).</summary>
[MessagePackObject]
public sealed record RedPacketClaimView(
    [property: Key("user")] Guid User,
    [property: Key("amount")] Amount Amount,
    [property: Key("timeMs")] long TimeMs);
