using MessagePack;

using XChat.Client.Accounts;
using XChat.Client.Conversations;
using XChat.Protocol.Conversations;

namespace XChat.Client.History;

/// <summary>
/// What a segment of the history holds. <c>FormerKey</c> stands in the first segment under a new key: the key of those before it. <c>Last</c> ends an exported
/// file.
/// </summary>
[MessagePackObject]
internal sealed record HistoryContent(
    [property: Key(0)] StoredMessage[] Messages,
    [property: Key(1)] StoredPerson[] People,
    [property: Key(2)] HistoryConversation[] Conversations,
    [property: Key(3)] byte[]? FormerKey,
    [property: Key(4)] bool Last = false);

/// <summary>What a device needs to show a conversation that it is not in yet, or not any more. <c>NameSeq</c>: the entry that gave the name.</summary>
[MessagePackObject]
internal sealed record HistoryConversation(
    [property: Key(0)] Guid Id,
    [property: Key(1)] ConversationType Type,
    [property: Key(2)] Guid Group,
    [property: Key(3)] string Name,
    [property: Key(4)] Guid Peer,
    [property: Key(5)] long ReadSeq,
    [property: Key(6)] long NameSeq = 0);
