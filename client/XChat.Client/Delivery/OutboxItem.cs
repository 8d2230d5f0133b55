using MessagePack;

using XChat.Protocol.Conversations;

namespace XChat.Client.Delivery;

/// <summary>
/// A message on its way. <c>Payload</c> is null until it is encrypted, for the group and epoch that follow; once <c>Attempted</c> the same bytes are
/// sent again until the server's answer is known. <c>Refusal</c> is the answer that ended it, if one did.
/// </summary>
[MessagePackObject]
internal sealed record OutboxItem(
    [property: Key(0)] Guid Message,
    [property: Key(1)] Guid Conversation,
    [property: Key(2)] byte[] Content,
    [property: Key(3)] long QueuedAtMs,
    [property: Key(4)] byte[]? Payload,
    [property: Key(5)] Guid Group,
    [property: Key(6)] long Epoch,
    [property: Key(7)] bool Attempted,
    [property: Key(8)] ConversationStatus Refusal);
