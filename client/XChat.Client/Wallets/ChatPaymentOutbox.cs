using MessagePack;

using XChat.Client.Conversations;
using XChat.Client.Delivery;
using XChat.Client.Store;
using XChat.Protocol.Wallets;

namespace XChat.Client.Wallets;

/// <summary>
/// Makes red packets and requests. What is to be made is stored first; when the server has it, the card goes into the outbox in the same step in which
/// the intent is forgotten. A crash at any point makes the same again, and the conversation gets one card.
/// </summary>
internal sealed class ChatPaymentOutbox(ChatContext context, Func<Guid, ConversationSession> session)
{
    /// <summary>For longer than this nobody waits for a card: it is in the outbox and leaves with the next connection.</summary>
    private static readonly TimeSpan CardPatience = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();

    /// <summary>Stores an intent, carries it out, and waits a while for its card to be in the conversation.</summary>
    public async Task MakeAsync(PaymentIntent intent, CancellationToken cancellationToken)
    {
        Change(intents => [.. intents, intent], static _ => { });
        Task<ChatMessage> shown = session(intent.Conversation).Expect(intent.Id);
        await CarryOutAsync(intent, cancellationToken);
        try
        {
            await shown.WaitAsync(CardPatience, context.Time, cancellationToken);
        }
        catch (TimeoutException)
        {
            // What was to be made is made.
        }
    }

    /// <summary>Carries out what earlier runs left. What the server refuses is forgotten.</summary>
    public async Task ResumeAsync(CancellationToken cancellationToken)
    {
        foreach (PaymentIntent intent in context.Store.Read(Read))
        {
            try
            {
                await CarryOutAsync(intent, cancellationToken);
            }
            catch (XChatException refused) when (refused.Reason == ClientErrorReason.Refused)
            {
                // Whoever asked for it was told, or was not there any more to be told.
            }
        }
    }

    private async Task CarryOutAsync(PaymentIntent intent, CancellationToken cancellationToken)
    {
        XChatException? refusal = intent.Kind == PaymentIntentKind.RedPacket
            ? await CreateRedPacketAsync(intent, cancellationToken)
            : await RequestAsync(intent, cancellationToken);
        if (refusal is not null)
        {
            Forget(intent, static _ => { });
            throw refusal;
        }

        // With the card in the outbox the rest is sending a message.
        OutboxItem card = ConversationSession.ToOutbox(intent.Id, intent.Conversation, intent.Content, context.NowMs);
        Forget(intent, transaction => transaction.Add(card));
        session(intent.Conversation).Wake();
    }

    private async Task<XChatException?> CreateRedPacketAsync(PaymentIntent intent, CancellationToken cancellationToken)
    {
        CreateRedPacketRequest request = MessagePackSerializer.Deserialize<CreateRedPacketRequest>(intent.Request, cancellationToken: cancellationToken);
        CreateRedPacketResult result = await context.Server.CallAsync(hub => hub.CreateRedPacket(request), cancellationToken);
        return result.Status is RedPacketStatus.Accepted or RedPacketStatus.AlreadyAccepted
            ? null
            : PaymentRefusals.Of(result.Status, result.Funding, "The red packet was not sent");
    }

    private async Task<XChatException?> RequestAsync(PaymentIntent intent, CancellationToken cancellationToken)
    {
        CreatePaymentRequest request = MessagePackSerializer.Deserialize<CreatePaymentRequest>(intent.Request, cancellationToken: cancellationToken);
        PaymentRequestResult result = await context.Server.CallAsync(hub => hub.RequestPayment(request), cancellationToken);
        return result.Status is PaymentRequestStatus.Accepted or PaymentRequestStatus.AlreadyAccepted
            ? null
            : PaymentRefusals.Of(result.Status, "Nothing was asked for");
    }

    private void Forget(PaymentIntent intent, Action<StoreTransaction> together) =>
        Change(intents => [.. intents.Where(one => one.Id != intent.Id)], together, intent);

    /// <summary>Changes the list together with something else; nothing happens when the intent in question is gone already.</summary>
    private void Change(Func<PaymentIntent[], PaymentIntent[]> change, Action<StoreTransaction> together, PaymentIntent? present = null)
    {
        lock (_lock)
        {
            context.Store.Write(transaction =>
            {
                PaymentIntent[] intents = Read(transaction);
                if (present is not null && intents.All(one => one.Id != present.Id))
                {
                    return;
                }

                transaction.PutSetting(PaymentIntent.Setting, change(intents));
                together(transaction);
            });
        }
    }

    private static PaymentIntent[] Read(StoreTransaction transaction) => transaction.Setting<PaymentIntent[]>(PaymentIntent.Setting) ?? [];
}
