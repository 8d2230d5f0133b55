using MessagePack;

using XChat.Protocol.Wallets;

namespace XChat.Client.Wallets;

/// <summary>
/// A payment of this device, kept from before it is first sent until the conversation shows it. The same order is sent again until the server's answer
/// (<c>Status</c>) is known. <c>Content</c> is the plaintext of the card, which its sender cannot decrypt; empty for none.
/// </summary>
[MessagePackObject]
internal sealed record StoredPayment(
    [property: Key(0)] Guid Transfer,
    [property: Key(1)] Guid Conversation,
    [property: Key(2)] byte[] Order,
    [property: Key(3)] byte[] Signature,
    [property: Key(4)] byte[]? Card,
    [property: Key(5)] byte[] Content,
    [property: Key(6)] WalletStatus Status);
