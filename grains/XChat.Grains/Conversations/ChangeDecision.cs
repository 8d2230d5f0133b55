using XChat.Protocol.Conversations;

namespace XChat.Grains.Conversations;

/// <summary>A change that the rules allow, or the status with which they refuse.</summary>
public readonly record struct ChangeDecision(ConversationStatus Status, ConversationChange? Change)
{
    public static ChangeDecision Refuse(ConversationStatus status) => new(status, null);

    public static ChangeDecision Accept(ConversationChange change) => new(ConversationStatus.Accepted, change);
}

/// <summary>Where the next entry goes and the time that it gets.</summary>
public readonly record struct LogPlace(long Seq, long TimeMs);
