using MessagePack;

namespace XChat.Protocol.Conversations;

/// <summary>Reads a page of the caller's conversations in order of id, after <c>After</c> (empty: from the first).</summary>
[MessagePackObject]
public sealed record ListConversationsRequest([property: Key("after")] Guid After, [property: Key("limit")] int Limit);

/// <summary>A conversation in the list: head, own cursors, unread messages of others (up to <see cref="Limits.UnreadCount"/>).</summary>
[MessagePackObject]
public sealed record ConversationSummary(
    [property: Key("conversation")] Guid Conversation,
    [property: Key("type")] ConversationType Type,
    [property: Key("role")] MemberRole Role,
    [property: Key("head")] long Head,
    [property: Key("epoch")] long Epoch,
    [property: Key("firstSeq")] long FirstSeq,
    [property: Key("readSeq")] long ReadSeq,
    [property: Key("deliveredSeq")] long DeliveredSeq,
    [property: Key("unread")] int Unread,
    [property: Key("activityMs")] long ActivityMs);

/// <summary>A page of the conversation list.</summary>
[MessagePackObject]
public sealed record ListConversationsResult(
    [property: Key("conversations")] IReadOnlyList<ConversationSummary> Conversations,
    [property: Key("more")] bool More);
