namespace XChat.Client.Conversations;

/// <summary>What a line of a conversation is.</summary>
public enum MessageKind
{
    /// <summary>Written by another version.</summary>
    Unspecified = 0,

    /// <summary>Something that a person sent.</summary>
    Content = 1,

    /// <summary>People came in.</summary>
    Added = 2,

    /// <summary>People were removed.</summary>
    Removed = 3,

    /// <summary>The sender left.</summary>
    Left = 4,

    /// <summary>A role changed.</summary>
    RoleChanged = 5,

    /// <summary>The timer of later messages changed.</summary>
    TimerChanged = 6,

    /// <summary>The message that was here is deleted.</summary>
    Deleted = 7,

    /// <summary>The message cannot be decrypted by this device; others may be able to.</summary>
    Undecryptable = 8,

    /// <summary>The encryption of the conversation was started over.</summary>
    Restarted = 9,

    /// <summary>The sender could not follow a change of keys.</summary>
    Reported = 10,

    /// <summary>
    /// A payment; the line's id is the transfer's. The content is its card, or null when there is none. How it stands is asked of the server.
    /// </summary>
    Payment = 11,

    /// <summary>Devices of people who stay came in or went out; <c>People</c> are whose.</summary>
    DevicesChanged = 12,
}
