using MessagePack;

namespace XChat.Protocol.Conversations;

/// <summary>
/// Ends the current epoch: adds, removes or updates. One commit wins each epoch; the others get <see cref="ConversationStatus.StaleEpoch"/>.
/// <c>Welcome</c> is needed when the commit adds.
/// </summary>
[MessagePackObject]
public sealed record CommitEpochRequest(
    [property: Key("conversation")] Guid Conversation,
    [property: Key("message")] Guid Message,
    [property: Key("commit")] byte[] Commit,
    [property: Key("welcome")] byte[]? Welcome);

/// <summary>
/// Restarts the MLS group of a conversation that a broken commit has stuck: a new group id, the caller's device as leaf 0 at epoch 0, and a
/// commit that adds every other member's devices. Owners and admins only; visible in the log.
/// </summary>
[MessagePackObject]
public sealed record RestartGroupRequest(
    [property: Key("conversation")] Guid Conversation,
    [property: Key("message")] Guid Message,
    [property: Key("group")] Guid Group,
    [property: Key("commit")] byte[] Commit,
    [property: Key("welcome")] byte[]? Welcome);
