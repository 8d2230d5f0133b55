using System.Security.Cryptography;

using XChat.Client.Conversations;
using XChat.Client.Delivery;
using XChat.Crypto.Wallets;
using XChat.Protocol.Wallets;

namespace XChat.Client.Wallets;

/// <summary>
/// Pays. The signed order is stored first, together with the keys that encrypted its card, and only then does it leave; after an unknown outcome the
/// same order goes again, with this connection or the next. Whatever happens, one intent is one payment.
/// </summary>
internal sealed class PaymentOutbox(ChatContext context, Func<Guid, ConversationSession> session)
{
    /// <summary>How long a server may take an order for payable. Long enough for a device that is offline for a while.</summary>
    private static readonly TimeSpan Payable = TimeSpan.FromHours(12);

    /// <summary>Signs an order, stores it and sends it.</summary>
    public async Task<PaymentOutcome> PayAsync(PaymentDraft draft, CancellationToken cancellationToken)
    {
        StoredPayment payment = await PrepareAsync(draft, cancellationToken);
        return await SendAsync(payment, cancellationToken);
    }

    /// <summary>Sends what earlier tries left open. One that fails does not keep the others.</summary>
    public async Task ResumeAsync(CancellationToken cancellationToken)
    {
        foreach (StoredPayment open in context.Store.Read(transaction => transaction.Payments()).Where(payment => payment.Status == WalletStatus.Unspecified))
        {
            PaymentOutcome outcome = await SendAsync(open, cancellationToken);
            context.Feed.Publish(new PaymentSettled(outcome));
        }
    }

    private Task<StoredPayment> PrepareAsync(PaymentDraft draft, CancellationToken cancellationToken)
    {
        Guid transfer = TransferId.New().Value;
        if (draft.Conversation != Guid.Empty)
        {
            byte[] content = ContentCodec.Write(new PaymentContent(transfer, draft.Memo));
            return session(draft.Conversation).SealPaymentAsync(transfer, content, card => Sign(draft, transfer, card, content), cancellationToken);
        }

        if (draft.Memo.Length > 0)
        {
            throw new XChatException(ClientErrorReason.InvalidInput, "A memo is written on the card in a conversation: name the conversation.");
        }

        StoredPayment payment = Sign(draft, transfer, null, []);
        context.Store.Write(transaction => transaction.Put(payment));
        return Task.FromResult(payment);
    }

    private StoredPayment Sign(PaymentDraft draft, Guid transfer, byte[]? card, byte[] content)
    {
        PaymentOrder order = new(
            context.Device.User,
            context.Device.Device,
            draft.Payee,
            draft.Amount,
            new TransferId(transfer),
            (context.Time.GetUtcNow() + Payable).ToUnixTimeMilliseconds(),
            draft.WithAcceptance ? PaymentKind.WithAcceptance : PaymentKind.Instant,
            draft.Reason,
            draft.Conversation,
            draft.Reference,
            card is null ? new byte[PaymentOrder.DigestSize] : SHA256.HashData(card));
        byte[] bytes = order.Encode();
        return new StoredPayment(
            transfer, draft.Conversation, bytes, PaymentSignature.Sign(context.Device.Signing, bytes), card, content, WalletStatus.Unspecified);
    }

    private async Task<PaymentOutcome> SendAsync(StoredPayment payment, CancellationToken cancellationToken)
    {
        PaymentResult result = await context.Server.CallAsync(
            hub => hub.Pay(new PayRequest(payment.Order, payment.Signature, payment.Card)), cancellationToken);
        if (result.Status != WalletStatus.Overloaded)
        {
            context.Store.Write(transaction => Note(transaction, payment, result.Status));
        }

        return PaymentOutcome.Of(payment.Transfer, result);
    }

    /// <summary>
    /// Keeps a paid one until its card has appeared, which may have happened before the answer came; everything else is over with the answer.
    /// </summary>
    private static void Note(Store.StoreTransaction transaction, StoredPayment payment, WalletStatus status)
    {
        bool waitsForCard = status is WalletStatus.Accepted or WalletStatus.AlreadyAccepted
            && payment.Conversation != Guid.Empty && transaction.Payment(payment.Transfer) is not null;
        if (waitsForCard)
        {
            transaction.Put(payment with { Status = status });
        }
        else
        {
            transaction.DropPayment(payment.Transfer);
        }
    }
}
