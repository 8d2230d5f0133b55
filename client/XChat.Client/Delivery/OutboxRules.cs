using XChat.Protocol.Conversations;

namespace XChat.Client.Delivery;

/// <summary>What is done with a message of the outbox. Pure.</summary>
internal static class OutboxRules
{
    /// <summary>How often the same message is encrypted anew before its refusal is believed.</summary>
    public const int Attempts = 8;

    /// <summary>
    /// Whether the message has to be encrypted (again) before it is sent. Bytes that may have reached the server are never replaced here: only its
    /// refusal (<see cref="After"/>) allows that.
    /// </summary>
    public static bool NeedsEncryption(OutboxItem item, Guid group, long epoch) =>
        item.Payload is null || (!item.Attempted && (item.Group != group || item.Epoch != epoch));

    /// <summary>What an answer of the server means for the message that was sent.</summary>
    public static OutboxStep After(ConversationStatus status, bool groupChanged) => status switch
    {
        ConversationStatus.Accepted or ConversationStatus.AlreadyAccepted => OutboxStep.Done,
        ConversationStatus.StaleEpoch => OutboxStep.EncryptAgain,
        // A message of a group that was started over since: refused for certain, and for a reason that a new encryption mends.
        ConversationStatus.PayloadInvalid when groupChanged => OutboxStep.EncryptAgain,
        ConversationStatus.Overloaded => OutboxStep.SendAgainLater,
        ConversationStatus.DeviceNotInGroup => OutboxStep.WaitForGroup,
        _ => OutboxStep.GiveUp,
    };

    /// <summary>The message without its bytes, after a certain refusal and with the log read up to it: the id was not used, so it stays the same.</summary>
    public static OutboxItem Unencrypted(OutboxItem item) =>
        item with { Payload = null, Group = Guid.Empty, Epoch = 0, Attempted = false };
}

/// <summary>The next step with a message of the outbox.</summary>
internal enum OutboxStep
{
    /// <summary>It is in the log.</summary>
    Done = 1,

    /// <summary>Certainly refused: read the log; if it is not there, encrypt it under the current epoch.</summary>
    EncryptAgain = 2,

    /// <summary>Certainly not stored now: the same bytes later.</summary>
    SendAgainLater = 3,

    /// <summary>Certainly not stored: keep it until this device is in the group.</summary>
    WaitForGroup = 4,

    /// <summary>Refused for good.</summary>
    GiveUp = 5,
}
