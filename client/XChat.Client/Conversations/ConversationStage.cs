namespace XChat.Client.Conversations;

/// <summary>How far this device is in a conversation.</summary>
public enum ConversationStage
{
    /// <summary>Written by another version.</summary>
    Unspecified = 0,

    /// <summary>Made here; the server has not accepted it yet.</summary>
    Creating = 1,

    /// <summary>The person is a member, and this device waits for some member's commit to let it in.</summary>
    Waiting = 2,

    /// <summary>This device reads and writes.</summary>
    Joined = 3,

    /// <summary>A commit could not be followed: nothing new can be read or written until an admin restarts the group.</summary>
    Broken = 4,

    /// <summary>The person left or was removed; what was read before stays readable.</summary>
    Left = 5,
}
