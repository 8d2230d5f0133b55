using MessagePack;

namespace XChat.Protocol.Conversations;

/// <summary>
/// Creates a conversation together with its MLS group. The caller's device is leaf 0 at epoch 0; <c>Commit</c> (PublicMessage of epoch 0) adds
/// the other devices; <c>Welcome</c> is for them. <c>Conversation</c> of a direct one must be <see cref="DirectConversation.IdOf"/>; its commit adds
/// devices of both people and of nobody else. The MLS group id is the 16 bytes of <c>Group</c>.
/// </summary>
[MessagePackObject]
public sealed record CreateConversationRequest(
    [property: Key("conversation")] Guid Conversation,
    [property: Key("message")] Guid Message,
    [property: Key("type")] ConversationType Type,
    [property: Key("group")] Guid Group,
    [property: Key("commit")] byte[] Commit,
    [property: Key("welcome")] byte[]? Welcome);

/// <summary>What came of a command that adds an entry: its place and server time when accepted; the current epoch always (0 for strangers).</summary>
[MessagePackObject]
public sealed record EntryResult(
    [property: Key("status")] ConversationStatus Status,
    [property: Key("seq")] long Seq,
    [property: Key("timeMs")] long TimeMs,
    [property: Key("epoch")] long Epoch);
