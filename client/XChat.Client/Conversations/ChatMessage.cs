namespace XChat.Client.Conversations;

/// <summary>
/// A line of a conversation. <c>Seq</c> is its place in the log, 0 while it waits in the outbox. <c>Content</c> is null in every kind but
/// <see cref="MessageKind.Content"/> and, when it has a card, <see cref="MessageKind.Payment"/>; <c>People</c> are those added or removed, or whose
/// role changed. <c>Value</c> is the new role (<see cref="Protocol.Conversations.MemberRole"/>) or the timer in seconds, where that changed.
/// <c>Time</c> is the server's.
/// </summary>
public sealed record ChatMessage(
    Guid Conversation,
    long Seq,
    Guid Id,
    Guid User,
    string Sender,
    bool Own,
    DateTimeOffset Time,
    MessageKind Kind,
    MessageContent? Content,
    IReadOnlyList<string> People,
    long Value)
{
    /// <summary>The text of a text message; null otherwise.</summary>
    public string? Text => (Content as TextContent)?.Text;
}
