using MessagePack;

namespace XChat.Protocol.Conversations;

/// <summary>
/// Reads a page of the log: forward from the first entry after <c>Seq</c>, or backward from the last entry before it (0: from the head).
/// <c>Limit</c> is 1 to <see cref="Limits.EntriesPerPage"/>. A member sees nothing from before it joined.
/// </summary>
[MessagePackObject]
public sealed record ReadEntriesRequest(
    [property: Key("conversation")] Guid Conversation,
    [property: Key("seq")] long Seq,
    [property: Key("backward")] bool Backward,
    [property: Key("limit")] int Limit);

/// <summary>Entries in rising order of seq, the conversation's head, and whether more lie in the direction read.</summary>
[MessagePackObject]
public sealed record ReadEntriesResult(
    [property: Key("status")] ConversationStatus Status,
    [property: Key("entries")] IReadOnlyList<Entry> Entries,
    [property: Key("head")] long Head,
    [property: Key("more")] bool More);
