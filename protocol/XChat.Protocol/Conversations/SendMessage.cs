using MessagePack;

namespace XChat.Protocol.Conversations;

/// <summary>Appends an application message: <c>Payload</c> is an MLS PrivateMessage of the conversation's group.</summary>
[MessagePackObject]
public sealed record SendMessageRequest(
    [property: Key("conversation")] Guid Conversation,
    [property: Key("message")] Guid Message,
    [property: Key("payload")] byte[] Payload);
