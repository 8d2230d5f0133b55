namespace XChat.Protocol.Conversations;

/// <summary>Kinds of conversation.</summary>
public enum ConversationType
{
    /// <summary>Unknown to this client's version.</summary>
    Unspecified = 0,

    /// <summary>Two people; exactly one per pair, named by <see cref="DirectConversation"/>.</summary>
    Direct = 1,

    /// <summary>Up to <see cref="Limits.GroupMembers"/> people with roles.</summary>
    Group = 2,
}
