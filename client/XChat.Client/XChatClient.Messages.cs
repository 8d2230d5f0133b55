using XChat.Client.Conversations;
using XChat.Client.Delivery;
using XChat.Protocol;
using XChat.Protocol.Conversations;

namespace XChat.Client;

/// <summary>Messages.</summary>
public sealed partial class XChatClient
{
    /// <summary>Sends a text. See <see cref="SendAsync(Guid, MessageContent, CancellationToken)"/>.</summary>
    public Task<ChatMessage> SendAsync(Guid conversation, string text, CancellationToken cancellationToken = default) =>
        SendAsync(conversation, new TextContent(text), cancellationToken);

    /// <summary>
    /// Stores a message in the outbox, and returns it with its place in the log once the server has it. Cancelling stops the waiting, not the sending:
    /// the message leaves with the next connection.
    /// </summary>
    /// <exception cref="XChatException">The server refused it for good, or the client was closed before the answer.</exception>
    public Task<ChatMessage> SendAsync(Guid conversation, MessageContent content, CancellationToken cancellationToken = default) =>
        Queued(conversation, content).Sent.WaitAsync(cancellationToken);

    /// <summary>Stores a message in the outbox and returns at once; it is sent when there is a connection.</summary>
    public Task<ChatMessage> QueueAsync(Guid conversation, MessageContent content, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(Queued(conversation, content).Queued);
    }

    /// <summary>
    /// Reads back from the store: the last lines before <paramref name="before"/> (a seq; 0: from the end), rising. What waits in the outbox follows
    /// behind the last line, with seq 0.
    /// </summary>
    public Task<IReadOnlyList<ChatMessage>> ReadAsync(Guid conversation, long before, int limit, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(before);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        cancellationToken.ThrowIfCancellationRequested();
        ChatContext context = Context;
        (IReadOnlyList<StoredMessage> stored, IReadOnlyList<OutboxItem> waiting) = _store.Read(transaction =>
            (transaction.Messages(conversation, before == 0 ? long.MaxValue : before, limit), transaction.Outbox(conversation)));
        IReadOnlyList<ChatMessage> lines =
        [
            .. stored.Where(message => message.ExpiresAtMs == 0 || message.ExpiresAtMs > context.NowMs).Select(message => ChatLines.Of(message, context)),
            .. before == 0 ? waiting.Select(item => ChatLines.Of(item, context)) : [],
        ];
        return Task.FromResult(lines);
    }

    /// <summary>Marks everything up to a seq as read, here and for the other members.</summary>
    public Task MarkReadAsync(Guid conversation, long seq, CancellationToken cancellationToken = default) =>
        Sync.Session(conversation).MarkReadAsync(seq, cancellationToken);

    /// <summary>Deletes a message for everyone: the server's copy, and those of the members as they hear of it.</summary>
    public Task DeleteAsync(Guid conversation, long seq, CancellationToken cancellationToken = default)
    {
        Guid message = MessageId.New().Value;
        return ChangeAsync(
            conversation, "The message was not deleted", hub => hub.DeleteMessage(new DeleteMessageRequest(conversation, message, seq)), cancellationToken);
    }

    /// <summary>Sets after how long later messages disappear, to the second; zero is never.</summary>
    public Task SetTimerAsync(Guid conversation, TimeSpan timer, CancellationToken cancellationToken = default)
    {
        if (timer < TimeSpan.Zero || timer > TimeSpan.FromSeconds(Limits.TimerSeconds))
        {
            throw new XChatException(ClientErrorReason.InvalidInput, $"A timer is at most {Limits.TimerSeconds / 86_400} days long.");
        }

        Guid message = MessageId.New().Value;
        return ChangeAsync(
            conversation, "The timer was not set",
            hub => hub.SetTimer(new SetTimerRequest(conversation, message, checked((int)timer.TotalSeconds))), cancellationToken);
    }

    /// <summary>What the server stores of a conversation, as it is: entries after a seq, with their ciphertext.</summary>
    public async Task<IReadOnlyList<Entry>> ReadStoredEntriesAsync(
        Guid conversation, long after, int limit, CancellationToken cancellationToken = default)
    {
        ReadEntriesResult page = await Context.Server.CallAsync(
            hub => hub.ReadEntries(new ReadEntriesRequest(conversation, after, Backward: false, limit)), cancellationToken);
        return page.Status == ConversationStatus.Accepted ? page.Entries : throw Refusals.Of(page.Status, "The log cannot be read");
    }

    private (ChatMessage Queued, Task<ChatMessage> Sent) Queued(Guid conversation, MessageContent content)
    {
        StoredConversation? known = _store.Read(transaction => transaction.Conversation(conversation));
        return known is null or { Stage: ConversationStage.Left }
            ? throw Refusals.Of(ConversationStatus.NotMember, "Nothing was sent")
            : Sync.Session(conversation).Queue(ContentCodec.Write(content, Context.Log.HeadToTell(conversation)));
    }
}
