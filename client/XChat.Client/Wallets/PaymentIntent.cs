using MessagePack;

namespace XChat.Client.Wallets;

/// <summary>
/// A red packet or a request of this device, kept from before it is sent until its card is in the outbox. <c>Id</c> names it and is the card's message
/// id; <c>Request</c> is the call that makes it, <c>Content</c> the card.
/// </summary>
[MessagePackObject]
internal sealed record PaymentIntent(
    [property: Key(0)] Guid Id,
    [property: Key(1)] Guid Conversation,
    [property: Key(2)] PaymentIntentKind Kind,
    [property: Key(3)] byte[] Request,
    [property: Key(4)] byte[] Content)
{
    /// <summary>Where all of a profile are kept.</summary>
    public const string Setting = "payment-intents";
}

/// <summary>What an intent makes.</summary>
internal enum PaymentIntentKind
{
    /// <summary>None.</summary>
    Unspecified = 0,

    /// <summary>A red packet.</summary>
    RedPacket = 1,

    /// <summary>A payment request or a split bill.</summary>
    Request = 2,
}
