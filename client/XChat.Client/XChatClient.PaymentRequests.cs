using MessagePack;

using XChat.Client.Accounts;
using XChat.Client.Conversations;
using XChat.Client.Wallets;
using XChat.Protocol;
using XChat.Protocol.Wallets;

namespace XChat.Client;

/// <summary>Asking for money, and splitting a bill.</summary>
public sealed partial class XChatClient
{
    /// <summary>Asks a person in a conversation for an amount; the card shows it. Returns the request's id.</summary>
    /// <exception cref="XChatException"><see cref="ClientErrorReason.Refused"/>: nothing was asked for; the text begins with the status.</exception>
    public async Task<Guid> RequestMoneyAsync(
        Guid conversation, string handle, Money amount, string memo = "", CancellationToken cancellationToken = default)
    {
        StoredPerson person = await Context.People.FindAsync(handle, cancellationToken);
        return await AskAsync(conversation, split: false, amount, [new RequestedShare(person.User, Amount.Of(amount))], memo, cancellationToken);
    }

    /// <summary>Splits a bill that this person has paid among people in a conversation; their own share needs no payment.</summary>
    /// <exception cref="XChatException">
    /// <see cref="ClientErrorReason.InvalidInput"/>: it cannot be divided so, and nothing was sent. <see cref="ClientErrorReason.Refused"/>: nothing was
    /// asked for; the text begins with the status.
    /// </exception>
    public async Task<Guid> SplitBillAsync(
        Guid conversation, Money total, BillSplit split, string memo = "", CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(split);
        (IReadOnlyList<Guid> people, IReadOnlyList<long>? parts) = await DivideAsync(conversation, total, split, cancellationToken);
        if (parts is null)
        {
            throw XChatException.Of(
                ClientErrorReason.InvalidInput,
                nameof(PaymentRequestStatus.SharesDoNotSum),
                $"{total} cannot be divided like that: everybody has at least one minor unit, "
                + "and amounts add up.");
        }

        RequestedShare[] shares = [.. people.Zip(parts, (person, part) => new RequestedShare(person, Amount.Of(part, total.Currency)))];
        return await AskAsync(conversation, split: true, total, shares, memo, cancellationToken);
    }

    /// <summary>Pays this person's share of a request, at once.</summary>
    public async Task<PaymentOutcome> PayRequestAsync(Guid request, string? pin = null, CancellationToken cancellationToken = default)
    {
        PaymentRequestView view = await GetPaymentRequestAsync(request, cancellationToken);
        Guid self = RequireSelf().User;
        ShareView? share = view.Shares.FirstOrDefault(one => one.User == self);
        PaymentRequestStatus status = share switch
        {
            null or { State: ShareState.Own } => PaymentRequestStatus.NotAllowed,
            { State: ShareState.Paid } => PaymentRequestStatus.Paid,
            { State: ShareState.Declined } => PaymentRequestStatus.Declined,
            _ => view.Status,
        };
        if (status != PaymentRequestStatus.Accepted || !Amount.TryRead(share!.Amount, out Money amount))
        {
            throw PaymentRefusals.Of(status, "Nothing was paid");
        }

        return await PayAsync(
            new PaymentDraft(view.Requester, amount)
            {
                Conversation = view.Conversation,
                Reason = view.Split ? TransferReason.SplitShare : TransferReason.RequestPaid,
                Reference = request,
                Pin = pin,
            },
            cancellationToken);
    }

    /// <summary>Declines this person's share of a request.</summary>
    public Task DeclineRequestAsync(Guid request, CancellationToken cancellationToken = default) =>
        AnswerAsync(request, cancel: false, "Nothing was declined", cancellationToken);

    /// <summary>Cancels a request of this person: nobody can pay it any more.</summary>
    public Task CancelRequestAsync(Guid request, CancellationToken cancellationToken = default) =>
        AnswerAsync(request, cancel: true, "Nothing was cancelled", cancellationToken);

    /// <summary>A request as it stands now.</summary>
    public async Task<PaymentRequestView> GetPaymentRequestAsync(Guid request, CancellationToken cancellationToken = default)
    {
        GetPaymentRequestResult result = await Context.Server.CallAsync(hub => hub.GetPaymentRequest(request), cancellationToken);
        return result.Request ?? throw PaymentRefusals.Of(result.Status, "The request cannot be read");
    }

    /// <summary>The newest requests that this person made or is asked by.</summary>
    public async Task<IReadOnlyList<PaymentRequestView>> PaymentRequestsAsync(int limit, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        List<PaymentRequestView> all = [];
        bool more = true;
        while (more && all.Count < limit)
        {
            ListPaymentRequestsRequest request = new(
                all.Count == 0 ? Guid.Empty : all[^1].Request, Math.Min(limit - all.Count, Limits.PaymentRequestsPerPage));
            ListPaymentRequestsResult page = await Context.Server.CallAsync(hub => hub.ListPaymentRequests(request), cancellationToken);
            all.AddRange(page.Requests);
            more = page.More && page.Requests.Count > 0;
        }

        return all;
    }

    /// <summary>
    /// Whether this device has never had to do with a person: no message of theirs in a conversation of two, and no payment to them. A first payment to
    /// such a person deserves a second look.
    /// </summary>
    public async Task<bool> IsStrangerAsync(string handle, CancellationToken cancellationToken = default)
    {
        StoredPerson person = await Context.People.FindAsync(handle, cancellationToken);
        return IsStranger(person.User);
    }

    /// <summary>The same by user id.</summary>
    public bool IsStranger(Guid user)
    {
        Guid direct = Protocol.Conversations.DirectConversation.IdOf(new(Context.Device.User), new(user)).Value;
        return _store.Read(transaction =>
            !(transaction.Setting<Guid[]>(PaidBefore) ?? []).Contains(user)
            && !transaction.Messages(direct, long.MaxValue, StrangerLines).Any(message => message.User == user));
    }

    /// <summary>The person is no stranger to this device's payments from now on.</summary>
    public void NotePaid(Guid user) => _store.Write(transaction =>
        transaction.PutSetting(PaidBefore, (Guid[])[.. (transaction.Setting<Guid[]>(PaidBefore) ?? []).Append(user).Distinct()]));

    private const string PaidBefore = "paid-before";
    private const int StrangerLines = 200;

    private async Task<Guid> AskAsync(
        Guid conversation, bool split, Money total, IReadOnlyList<RequestedShare> shares, string memo, CancellationToken cancellationToken)
    {
        Guid id = Guid.CreateVersion7();
        CreatePaymentRequest request = new(id, conversation, split, Amount.Of(total), shares);
        PaymentIntent intent = new(
            id, conversation, PaymentIntentKind.Request, MessagePackSerializer.Serialize(request, cancellationToken: cancellationToken),
            ContentCodec.Write(new PaymentRequestContent(id, memo)));
        await Sync.ChatPayments.MakeAsync(intent, cancellationToken);
        return id;
    }

    private async Task<(IReadOnlyList<Guid> People, IReadOnlyList<long>? Parts)> DivideAsync(
        Guid conversation, Money total, BillSplit split, CancellationToken cancellationToken)
    {
        switch (split)
        {
            case BillSplit.WeightedSplit weighted:
                return (
                    await UsersAsync(weighted.Shares.Select(share => share.Handle), cancellationToken),
                    SplitRules.ByShares(total.MinorUnits, [.. weighted.Shares.Select(share => share.Weight)]));
            case BillSplit.AmountSplit amounts:
                bool sameCurrency = amounts.Amounts.All(amount => amount.Amount.Currency == total.Currency);
                return (
                    await UsersAsync(amounts.Amounts.Select(amount => amount.Handle), cancellationToken),
                    sameCurrency ? SplitRules.ByAmounts(total.MinorUnits, [.. amounts.Amounts.Select(amount => amount.Amount.MinorUnits)]) : null);
            default:
                Guid self = RequireSelf().User;
                Guid[] members =
                [
                    self, .. (await MembersAsync(conversation, cancellationToken)).Select(member => member.User).Where(user => user != self).Order(),
                ];
                return (members, SplitRules.Equal(total.MinorUnits, members.Length));
        }
    }

    private async Task<IReadOnlyList<Guid>> UsersAsync(IEnumerable<string> handles, CancellationToken cancellationToken)
    {
        List<Guid> users = [];
        foreach (string handle in handles)
        {
            users.Add((await Context.People.FindAsync(handle, cancellationToken)).User);
        }

        return users;
    }

    private async Task AnswerAsync(Guid request, bool cancel, string what, CancellationToken cancellationToken)
    {
        PaymentRequestResult result = await Context.Server.CallAsync(hub => hub.AnswerRequest(new AnswerPaymentRequest(request, cancel)), cancellationToken);
        if (result.Status is not (PaymentRequestStatus.Accepted or PaymentRequestStatus.AlreadyAccepted))
        {
            throw PaymentRefusals.Of(result.Status, what);
        }
    }
}
