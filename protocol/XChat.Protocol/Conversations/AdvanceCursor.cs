using MessagePack;

namespace XChat.Protocol.Conversations;

/// <summary>Moves the caller's delivered and read cursors forward; a smaller value changes nothing.</summary>
[MessagePackObject]
public sealed record AdvanceCursorRequest(
    [property: Key("conversation")] Guid Conversation,
    [property: Key("deliveredSeq")] long DeliveredSeq,
    [property: Key("readSeq")] long ReadSeq);

/// <summary>Outcome of a call that returns nothing else.</summary>
[MessagePackObject]
public sealed record ConversationResult([property: Key("status")] ConversationStatus Status);
