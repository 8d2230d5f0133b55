using MessagePack;

using XChat.Protocol.Conversations;

namespace XChat.Client.Conversations;

/// <summary>An own commit whose outcome is not known yet, with the group as it will be. It is stored before it is sent.</summary>
[MessagePackObject]
internal sealed record StoredCommit(
    [property: Key(0)] Guid Conversation,
    [property: Key(1)] Guid Message,
    [property: Key(2)] CommitPurpose Purpose,
    [property: Key(3)] ConversationType Type,
    [property: Key(4)] Guid Group,
    [property: Key(5)] byte[] Commit);

/// <summary>With which call a commit is sent.</summary>
internal enum CommitPurpose
{
    Unspecified = 0,
    Create = 1,
    Change = 2,
    Restart = 3,
}
