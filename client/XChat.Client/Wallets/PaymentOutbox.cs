using System.Collections.Concurrent;
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
internal sealed class PaymentOutbox(ChatContext context, Func<Guid, ConversationSession> session, CancellationToken stopping)
{
    /// <summary>How long a server may take an order for payable. Long enough for a device that is offline for a while.</summary>
    private static readonly TimeSpan Payable = TimeSpan.FromHours(12);

    /// <summary>Those whose first call has not come back: they are not sent a second time beside it.</summary>
    private readonly ConcurrentDictionary<Guid, bool> _calling = new();

    private readonly Lock _turn = new();
    private Task _settling = Task.CompletedTask;
    private bool _busy;

    /// <summary>Signs an order, stores it and sends it. One that is stored already is sent as it is.</summary>
    public async Task<PaymentOutcome> PayAsync(PaymentDraft draft, CancellationToken cancellationToken)
    {
        bool first = _calling.TryAdd(draft.Transfer, true);
        try
        {
            StoredPayment payment = context.Store.Read(transaction => transaction.Payment(draft.Transfer)) ?? await PrepareAsync(draft, cancellationToken);
            return await SendAsync(payment, cancellationToken);
        }
        catch (XChatException refused) when (refused.Reason == ClientErrorReason.RateLimited)
        {
            // Told to try again, a person would pay a second time.
            throw new XChatException(
                ClientErrorReason.RateLimited, $"{refused.Message} The payment is kept and sent again by itself: do not pay it a second time.", refused);
        }
        finally
        {
            if (first)
            {
                _ = _calling.TryRemove(draft.Transfer, out _);
            }

            SettleLater();
        }
    }

    /// <summary>
    /// Sends what earlier tries left open. One that cannot be answered now keeps neither the others nor the connection: it is sent again later.
    /// </summary>
    public async Task ResumeAsync(CancellationToken cancellationToken)
    {
        await SettleAsync(cancellationToken);
        SettleLater();
    }

    /// <summary>Ends when nothing is being settled; for the end of the client.</summary>
    public Task StopAsync()
    {
        lock (_turn)
        {
            return _settling;
        }
    }

    private StoredPayment[] Open() =>
    [
        .. context.Store.Read(transaction => transaction.Payments())
            .Where(payment => payment.Status == WalletStatus.Unspecified && !_calling.ContainsKey(payment.Transfer)),
    ];

    /// <summary>Sends each open one once.</summary>
    private async Task SettleAsync(CancellationToken cancellationToken)
    {
        foreach (StoredPayment open in Open())
        {
            try
            {
                PaymentOutcome outcome = await SendAsync(open, cancellationToken);
                if (outcome.Status != WalletStatus.Overloaded)
                {
                    context.Feed.Publish(new PaymentSettled(outcome));
                }
            }
            catch (XChatException later) when (later.Reason is ClientErrorReason.ServerUnreachable or ClientErrorReason.RateLimited)
            {
                // It stays open.
            }
        }
    }

    /// <summary>A lost answer does not need a lost connection: what is open is sent again over this one too, until it is settled.</summary>
    private void SettleLater()
    {
        lock (_turn)
        {
            if (!_busy && !stopping.IsCancellationRequested && Open().Length > 0)
            {
                _busy = true;
                _settling = Task.Run(SettleWhileConnectedAsync, CancellationToken.None);
            }
        }
    }

    private async Task SettleWhileConnectedAsync()
    {
        try
        {
            for (int failures = 1; IsAnythingLeft(); failures++)
            {
                await Task.Delay(Backoff.After(failures), context.Time, stopping);
                await SettleAsync(stopping);
            }
        }
        catch (OperationCanceledException)
        {
            // The client is closing; the next one starts from the store.
        }
        catch (Exception problem)
        {
            // The next payment or connection goes on with it.
            lock (_turn)
            {
                _busy = false;
            }

            context.Feed.Publish(new WorkFailed(Guid.Empty, problem));
        }
    }

    /// <summary>Whether there is something to go on with; decided under the lock, so that what comes after a no starts anew.</summary>
    private bool IsAnythingLeft()
    {
        lock (_turn)
        {
            _busy = context.Server.Connected && Open().Length > 0;
            return _busy;
        }
    }

    private Task<StoredPayment> PrepareAsync(PaymentDraft draft, CancellationToken cancellationToken)
    {
        Guid transfer = draft.Transfer;
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
        StoredPayment? stored = transaction.Payment(payment.Transfer);
        if (status is WalletStatus.Accepted or WalletStatus.AlreadyAccepted && stored is not null && stored.Conversation != Guid.Empty)
        {
            transaction.Put(stored with { Status = status });
        }
        else
        {
            transaction.DropPayment(payment.Transfer);
        }
    }
}
