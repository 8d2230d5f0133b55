namespace XChat.Protocol.Conversations;

/// <summary>What a member may do. In a direct conversation both are owners.</summary>
public enum MemberRole
{
    /// <summary>Unknown to this client's version.</summary>
    Unspecified = 0,

    /// <summary>Sends, reads, deletes own messages, commits pending device changes.</summary>
    Member = 1,

    /// <summary>Also adds and removes members, sets the timer, deletes any message, restarts the group.</summary>
    Admin = 2,

    /// <summary>Also changes roles. A group always has an owner: the last one hands over before leaving.</summary>
    Owner = 3,
}
