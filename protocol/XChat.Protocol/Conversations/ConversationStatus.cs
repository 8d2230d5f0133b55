namespace XChat.Protocol.Conversations;

/// <summary>
/// Outcomes of every operation on a conversation, in order of precedence; except that a commit of another epoch is stale before anything that it
/// contains is judged.
/// </summary>
public enum ConversationStatus
{
    /// <summary>Unknown to this client's version.</summary>
    Unspecified = 0,

    /// <summary>Done, and durable.</summary>
    Accepted = 1,

    /// <summary>The same command was accepted before; the result is the first one.</summary>
    AlreadyAccepted = 2,

    /// <summary>The message id names another command of this conversation: nothing was done.</summary>
    IdReusedWithDifferentContent = 3,

    /// <summary>There is no such conversation, or the caller is not in it.</summary>
    NotMember = 4,

    /// <summary>The conversation exists already (creation): read it instead.</summary>
    AlreadyExists = 5,

    /// <summary>The caller's device is not a leaf of the MLS group yet, or no longer.</summary>
    DeviceNotInGroup = 6,

    /// <summary>The caller's role does not allow this.</summary>
    NotAllowed = 7,

    /// <summary>
    /// The epoch is not the current one (for messages: too old); <c>Epoch</c> in the result is. Read the log, process, try again with a new
    /// id.
    /// </summary>
    StaleEpoch = 8,

    /// <summary>The commit is malformed, of another group, not by the caller's leaf, or of a kind that the profile does not allow.</summary>
    CommitInvalid = 9,

    /// <summary>An added leaf is not a certified device of its user, or a removed leaf is not in the group.</summary>
    DeviceNotCertified = 10,

    /// <summary>The payload is malformed or of another group.</summary>
    PayloadInvalid = 11,

    /// <summary>The payload is longer than the limit of its kind.</summary>
    PayloadTooLarge = 12,

    /// <summary>The group would exceed <see cref="Limits.GroupMembers"/> or <see cref="Limits.GroupDevices"/>.</summary>
    TooManyMembers = 13,

    /// <summary>The person, message, entry or Welcome that the command names does not exist here.</summary>
    TargetNotFound = 14,

    /// <summary>The last owner cannot leave or step down before handing over.</summary>
    LastOwner = 15,

    /// <summary>The conversation's queue is full: nothing was done, try again with the same id.</summary>
    Overloaded = 16,
}
