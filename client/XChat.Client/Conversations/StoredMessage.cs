using MessagePack;

namespace XChat.Client.Conversations;

/// <summary>
/// An entry of the log as it is shown. <c>Content</c> is the plaintext (<see cref="ContentCodec"/>) of <see cref="MessageKind.Content"/>;
/// <c>People</c> and <c>Value</c> belong to the other kinds.
/// </summary>
[MessagePackObject]
internal sealed record StoredMessage(
    [property: Key(0)] Guid Conversation,
    [property: Key(1)] long Seq,
    [property: Key(2)] Guid Message,
    [property: Key(3)] Guid User,
    [property: Key(4)] Guid Device,
    [property: Key(5)] long TimeMs,
    [property: Key(6)] long ExpiresAtMs,
    [property: Key(7)] MessageKind Kind,
    [property: Key(8)] byte[] Content,
    [property: Key(9)] Guid[] People,
    [property: Key(10)] long Value);
