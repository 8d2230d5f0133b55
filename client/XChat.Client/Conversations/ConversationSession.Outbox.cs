using System.Collections.Concurrent;

using XChat.Client.Delivery;
using XChat.Crypto.Franking;
using XChat.Protocol.Conversations;

namespace XChat.Client.Conversations;

/// <summary>
/// Sending. The message is stored first, then its ciphertext together with the state that encrypted it, and only then does anything leave: a crash
/// at any point sends the same bytes again or encrypts for the first time, and never uses a key twice.
/// </summary>
internal sealed partial class ConversationSession
{
    private readonly ConcurrentDictionary<Guid, TaskCompletionSource<ChatMessage>> _waiting = new();

    /// <summary>Stores a message to be sent; the task ends when the server has it, or refused it for good.</summary>
    public (ChatMessage Queued, Task<ChatMessage> Sent) Queue(byte[] content)
    {
        OutboxItem item = ToOutbox(MessageId.New().Value, id, content, context.NowMs);
        Task<ChatMessage> sent = Expect(item.Message);
        context.Store.Write(transaction => transaction.Add(item));
        Wake();
        return (ChatLines.Of(item, context), sent);
    }

    /// <summary>The end of a message that is about to be put into the outbox: when the server has it, or refused it for good.</summary>
    public Task<ChatMessage> Expect(Guid message)
    {
        TaskCompletionSource<ChatMessage> sent = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting[message] = sent;
        return sent.Task;
    }

    /// <summary>A message that has yet to be encrypted and sent.</summary>
    public static OutboxItem ToOutbox(Guid message, Guid conversation, byte[] content, long nowMs) =>
        new(message, conversation, content, nowMs, null, Guid.Empty, 0, Attempted: false, ConversationStatus.Unspecified);

    private void Answer(Guid message, long seq, long timeMs)
    {
        if (_waiting.TryRemove(message, out TaskCompletionSource<ChatMessage>? sent)
            && context.Store.Read(transaction => transaction.Message(id, seq)) is { } stored)
        {
            _ = sent.TrySetResult(ChatLines.Of(stored, context) with { Time = DateTimeOffset.FromUnixTimeMilliseconds(timeMs) });
        }
    }

    private async Task PumpAsync(CancellationToken cancellationToken)
    {
        foreach (OutboxItem item in context.Store.Read(transaction => transaction.Outbox(id)))
        {
            if (item.Refusal == ConversationStatus.Unspecified && !await SendAsync(item, cancellationToken))
            {
                return;
            }
        }
    }

    /// <summary>Sends one message until its outcome is known; false when it has to wait, and those behind it too.</summary>
    private async Task<bool> SendAsync(OutboxItem item, CancellationToken cancellationToken)
    {
        for (int attempt = 1; attempt <= OutboxRules.Attempts; attempt++)
        {
            if (_conversation is { Stage: ConversationStage.Left })
            {
                return GiveUp(item, ConversationStatus.NotMember);
            }

            if (_group is null || _conversation is not { Stage: ConversationStage.Joined })
            {
                return false;
            }

            item = Encrypted(item);
            EntryResult result = await context.Server.CallAsync(
                hub => hub.SendMessage(new SendMessageRequest(id, item.Message, item.Payload!)), cancellationToken);
            bool groupChanged = item.Group != _conversation.Group || item.Epoch != result.Epoch;
            switch (OutboxRules.After(result.Status, groupChanged))
            {
                case OutboxStep.Done:
                    Finish(item, result);
                    return true;
                case OutboxStep.EncryptAgain:
                    await CatchUpAsync(cancellationToken);
                    if (context.Store.Read(transaction => transaction.Waiting(item.Message)) is null)
                    {
                        return true;
                    }

                    item = OutboxRules.Unencrypted(item);
                    break;
                case OutboxStep.WaitForGroup:
                    await CatchUpAsync(cancellationToken);
                    return false;
                case OutboxStep.SendAgainLater:
                    throw new XChatException(ClientErrorReason.RateLimited, "The conversation is overloaded; the message is sent again by itself.");
                default:
                    return GiveUp(item, result.Status);
            }
        }

        return GiveUp(item, ConversationStatus.StaleEpoch);
    }

    /// <summary>The message with its ciphertext, stored together with the group that made it and marked as possibly sent.</summary>
    private OutboxItem Encrypted(OutboxItem item)
    {
        OutboxItem ready = item;
        bool encrypt = OutboxRules.NeedsEncryption(item, _conversation!.Group, _group!.Epoch);
        if (encrypt)
        {
            byte[] content = ContentCodec.FrankKeyOf(item.Content) is null ? ContentCodec.Write(ContentCodec.Read(item.Content)) : item.Content;
            byte[] payload = _group.Encrypt(
                content, MessageFrank.AuthenticatedData(ContentCodec.FrankKeyOf(content)!, id, item.Message, content), SizeClass.Of(content.Length));
            ready = item with { Content = content, Payload = payload, Group = _conversation.Group, Epoch = _group.Epoch };
        }

        if (encrypt || !item.Attempted)
        {
            ready = ready with { Attempted = true };
            context.Store.Write(transaction =>
            {
                transaction.Update(ready);
                if (encrypt)
                {
                    transaction.PutGroup(id, _group.Serialize());
                }
            });
        }

        return ready;
    }

    private void Finish(OutboxItem item, EntryResult result)
    {
        StoredMessage message = new(
            id, result.Seq, item.Message, context.Device.User, context.Device.Device, result.TimeMs, 0, MessageKind.Content, item.Content, [], 0);
        context.Store.Write(transaction =>
        {
            transaction.Put(message);
            _ = transaction.RemoveFromOutbox(item.Message);
        });
        context.Feed.Publish(new MessageArrived(ChatLines.Of(message, context)));
        Answer(item.Message, result.Seq, result.TimeMs);
        if (ContentCodec.Read(item.Content) is GroupNameContent)
        {
            // The name takes effect where it stands in the log, as for everybody.
            NoteBehind();
        }

        _ = ExpectPushesAsync(result.Seq);
    }

    private bool GiveUp(OutboxItem item, ConversationStatus status)
    {
        context.Store.Write(transaction => transaction.Update(item with { Refusal = status }));
        if (_waiting.TryRemove(item.Message, out TaskCompletionSource<ChatMessage>? sent))
        {
            _ = sent.TrySetException(Refusals.Of(status, "The message was not sent"));
        }

        return true;
    }
}
