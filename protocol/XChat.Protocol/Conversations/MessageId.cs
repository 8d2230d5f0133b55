namespace XChat.Protocol.Conversations;

/// <summary>
/// A command that adds to a conversation's log. Chosen by the device and saved before the first send, so that a retry is recognised. The
/// default value is <see cref="Empty"/> and never names anything.
/// </summary>
public readonly record struct MessageId(Guid Value)
{
    /// <summary>The value that names nothing.</summary>
    public static MessageId Empty => default;

    /// <summary>Makes a new identifier whose order follows its time of creation (UUID version 7).</summary>
    public static MessageId New() => new(Guid.CreateVersion7());

    /// <summary>Whether this is <see cref="Empty"/>.</summary>
    public bool IsEmpty => Value == Guid.Empty;

    /// <summary>The lower-case hyphenated UUID, as it stands on the wire.</summary>
    public override string ToString() => Value.ToString("D");
}
