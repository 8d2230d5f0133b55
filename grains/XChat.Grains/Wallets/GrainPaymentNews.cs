using XChat.GrainInterfaces;
using XChat.GrainInterfaces.Accounts;
using XChat.GrainInterfaces.Conversations;
using XChat.GrainInterfaces.Delivery;
using XChat.Grains.Delivery;
using XChat.Protocol.Accounts;
using XChat.Protocol.Conversations;
using XChat.Protocol.Wallets;

namespace XChat.Grains.Wallets;

/// <summary>Tells the presence of people, and the conversations themselves.</summary>
public sealed class GrainPaymentNews(IGrainFactory grains, PresenceBoards boards) : IPaymentNews
{
    public Task<IReadOnlyList<bool>> TellAsync(IReadOnlyList<PersonNews> news, CancellationToken cancellationToken) =>
        boards.TellAsync(news, cancellationToken);

    public async Task ShowAsync(TransferId transfer, UserId payer, PaymentCard card)
    {
        EntryAppended shown = await grains.ConversationPayments(new ConversationId(card.Conversation))
            .Show(new ShowPayment(new Caller(payer, card.Device), transfer, card.Payload));
        // Every other status is an answer: the entry is there, or the payer has no part in the conversation any more.
        if (shown.Status == ConversationStatus.Overloaded)
        {
            throw new StorageUnavailableException("The conversation's queue is full.");
        }
    }
}
