using XChat.GrainInterfaces;
using XChat.GrainInterfaces.Wallets;
using XChat.Protocol;
using XChat.Protocol.Accounts;
using XChat.Protocol.Wallets;

namespace XChat.Grains.Wallets.PaymentRequests;

/// <inheritdoc cref="IPaymentRequestGrain"/>
/// <remarks>
/// A payment is kept before the wallet hears of it. Whoever asks next gives the same order to the wallet again, so a share that a crash left half paid
/// becomes what the ledger says.
/// </remarks>
[GrainType("payment-request")]
public sealed class PaymentRequestGrain(IPaymentRequestStore store, IConversationRoster roster, TimeProvider time) : Grain, IPaymentRequestGrain
{
    private StoredRequest? _request;

    private Guid Id => this.GetPrimaryKey();

    private long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <inheritdoc/>
    public async Task<PaymentRequestDecided> Create(RequestPayment request)
    {
        if (await FindAsync() is { } known)
        {
            return Repeated(known, request);
        }

        PaymentRequestStatus status = RequestRules.CheckRequest(Id, request);
        if (status == PaymentRequestStatus.Accepted)
        {
            UserId[] parties = [.. request.Shares.Select(share => share.User).Append(request.Caller.User).Distinct()];
            status = RequestRules.CheckConversation(await roster.FindMembersAsync(request.Conversation, parties), request);
        }

        if (status != PaymentRequestStatus.Accepted)
        {
            return new PaymentRequestDecided(status, 0);
        }

        StoredRequest made = RequestRules.ToRequest(Id, request, NowMs);
        if (!await store.CreateAsync(made, CancellationToken.None))
        {
            return await FindAsync() is { } first
                ? Repeated(first, request)
                : throw new StorageUnavailableException("Another writer got ahead. Repeat the same request.");
        }

        _request = made;
        return new PaymentRequestDecided(PaymentRequestStatus.Accepted, made.ExpiresAtMs);
    }

    /// <inheritdoc/>
    public async Task<RequestPaid> Pay(PayOrder request)
    {
        if (!PaymentOrder.TryDecode(request.Order, out PaymentOrder? order) || order is null)
        {
            return Refused(PaymentRequestStatus.OrderMismatch);
        }

        UserId payer = request.Caller.User;
        if (await SettledAsync() is not { } known)
        {
            return Refused(PaymentRequestStatus.NotMember);
        }

        if (known.ShareOf(payer) is { State: ShareState.Paid, Payment: { } first } && first.Transfer == order.Transfer)
        {
            // The wallet knows whether it is the very order.
            return new RequestPaid(PaymentRequestStatus.AlreadyAccepted, await GrainFactory.Wallet(payer, known.Currency).Pay(request));
        }

        PaymentRequestStatus status = RequestRules.CheckPayment(known, payer, order, NowMs);
        if (status != PaymentRequestStatus.Accepted)
        {
            return Refused(status);
        }

        if (request.Card.Length > Limits.PaymentCardBytes)
        {
            // Nothing that the wallet is sure to refuse is kept.
            return new RequestPaid(PaymentRequestStatus.Accepted, await GrainFactory.Wallet(payer, known.Currency).Pay(request));
        }

        SharePayment payment = new(order.Transfer, request.Caller.Device, request.Order, request.Signature, request.Card);
        if (!await WriteAsync(store.BeginPaymentAsync(Id, payer, payment, CancellationToken.None)))
        {
            throw new StorageUnavailableException("Another writer got ahead. Repeat with the same order.");
        }

        StoredShare paying = known.ShareOf(payer)! with { State = ShareState.Paying, Payment = payment };
        return new RequestPaid(PaymentRequestStatus.Accepted, await CarryOutAsync(known, paying));
    }

    /// <inheritdoc/>
    public async Task<PaymentRequestDecided> Answer(AnswerRequest request)
    {
        if (await SettledAsync() is not { } known)
        {
            return new PaymentRequestDecided(PaymentRequestStatus.NotMember, 0);
        }

        PaymentRequestStatus status = RequestRules.CheckAnswer(known, request, NowMs);
        if (status == PaymentRequestStatus.Accepted)
        {
            Task<bool> write = request.Cancel
                ? store.CancelAsync(Id, NowMs, CancellationToken.None)
                : store.DeclineAsync(Id, request.Caller.User, CancellationToken.None);
            if (!await WriteAsync(write))
            {
                throw new StorageUnavailableException("Another writer got ahead. Repeat the same answer.");
            }
        }

        return Decided(known, status);
    }

    /// <inheritdoc/>
    public async Task<PaymentRequestDescribed> Describe(DescribeRequest request) =>
        await SettledAsync() is { } known && (known.Requester == request.Caller.User || known.ShareOf(request.Caller.User) is not null)
            ? new PaymentRequestDescribed(PaymentRequestStatus.Accepted, known.Describe(NowMs))
            : new PaymentRequestDescribed(PaymentRequestStatus.NotMember, null);

    private static PaymentRequestDecided Repeated(StoredRequest known, RequestPayment request) => known.IsSame(request)
        ? Decided(known, PaymentRequestStatus.AlreadyAccepted)
        : new PaymentRequestDecided(PaymentRequestStatus.IdReusedWithDifferentContent, 0);

    private static RequestPaid Refused(PaymentRequestStatus status) => new(status, new TransferDecided(WalletStatus.RequestNotPayable, 0, 0, 0));

    private static PaymentRequestDecided Decided(StoredRequest request, PaymentRequestStatus status) =>
        new(status, status is PaymentRequestStatus.Accepted or PaymentRequestStatus.AlreadyAccepted ? request.ExpiresAtMs : 0);

    /// <summary>The request, with every share that was being paid as the ledger says.</summary>
    private async Task<StoredRequest?> SettledAsync()
    {
        StoredRequest? request = await FindAsync();
        foreach (StoredShare share in request?.Shares.Where(share => share.State == ShareState.Paying) ?? [])
        {
            await CarryOutAsync(request!, share);
        }

        return await FindAsync();
    }

    /// <summary>Gives a kept order to the payer's wallet and keeps the answer. Where the answer is lost, the share stays as it is for the next call.</summary>
    private async Task<TransferDecided> CarryOutAsync(StoredRequest request, StoredShare share)
    {
        SharePayment payment = share.Payment!;
        TransferDecided decided = await GrainFactory.Wallet(share.User, request.Currency).Pay(payment.ToOrder(share.User));
        bool paid = decided.Status is WalletStatus.Accepted or WalletStatus.AlreadyAccepted;
        // False: another activation has kept the same answer.
        _ = await WriteAsync(store.EndPaymentAsync(Id, share.User, payment.Transfer, paid, CancellationToken.None));
        return decided;
    }

    /// <summary>Writes; memory is read anew afterwards, whatever came of it.</summary>
    private async Task<bool> WriteAsync(Task<bool> write)
    {
        _request = null;
        return await write;
    }

    private async Task<StoredRequest?> FindAsync() => _request ??= await store.LoadAsync(Id, CancellationToken.None);
}
