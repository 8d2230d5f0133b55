using MessagePack;

using XChat.Protocol.Conversations;

namespace XChat.Client.Conversations;

/// <summary>An own commit whose outcome is not known yet, stored before it is sent. <c>NewGroup</c> is the group of one that it
/// starts from when it is the first commit of a group; otherwise the conversation's group is meant.</summary>
[MessagePackObject]
internal sealed record StoredCommit(
    [property: Key(0)] Guid Conversation,
    [property: Key(1)] Guid Message,
    [property: Key(2)] CommitPurpose Purpose,
    [property: Key(3)] ConversationType Type,
    [property: Key(4)] Guid Group,
    [property: Key(5)] byte[] Commit,
    [property: Key(6)] byte[]? NewGroup);

/// <summary>With which call a commit is sent.</summary>
internal enum CommitPurpose
{
    Unspecified = 0,
    Create = 1,
    Change = 2,
    Restart = 3,
}
