using XChat.GrainInterfaces.Conversations;
using XChat.GrainInterfaces.Wallets;
using XChat.Protocol;
using XChat.Protocol.Accounts;
using XChat.Protocol.Wallets;

namespace XChat.Grains.Wallets.PaymentRequests;

/// <summary>What may be asked for and answered. Refusals come in the order of <see cref="PaymentRequestStatus"/>.</summary>
public static class RequestRules
{
    /// <summary>Looks at what is asked for; accepted: it is up to the conversation.</summary>
    public static PaymentRequestStatus CheckRequest(Guid request, RequestPayment asked)
    {
        bool wellFormed = request != Guid.Empty && asked.Conversation != default && asked.Currency.IsKnown()
            && asked.Shares.Count is >= 1 and <= Limits.GroupMembers
            && asked.Shares.All(share => share.User != default)
            && asked.Shares.DistinctBy(share => share.User).Count() == asked.Shares.Count
            && (asked.Split || asked.Shares.Count == 1);
        if (!wellFormed)
        {
            return PaymentRequestStatus.RequestInvalid;
        }

        if (asked.TotalMinorUnits <= 0 || asked.Shares.Any(share => share.MinorUnits <= 0))
        {
            return PaymentRequestStatus.AmountInvalid;
        }

        if (asked.TotalMinorUnits > Limits.TransferMinorUnits)
        {
            return PaymentRequestStatus.AmountTooLarge;
        }

        if (SplitRules.Sum(asked.Shares.Select(share => share.MinorUnits)) != asked.TotalMinorUnits)
        {
            return PaymentRequestStatus.SharesDoNotSum;
        }

        return asked.Shares.All(share => share.User == asked.Caller.User) ? PaymentRequestStatus.SelfPayment : PaymentRequestStatus.Accepted;
    }

    /// <summary>Everybody who asks or is asked is in the conversation.</summary>
    public static PaymentRequestStatus CheckConversation(MembersFound found, RequestPayment asked)
    {
        HashSet<UserId> members = [.. found.Members];
        return asked.Shares.Select(share => share.User).Append(asked.Caller.User).All(members.Contains)
            ? PaymentRequestStatus.Accepted
            : PaymentRequestStatus.NotMember;
    }

    /// <summary>The request that comes of it.</summary>
    public static StoredRequest ToRequest(Guid request, RequestPayment asked, long nowMs) => new(
        request, asked.Conversation, asked.Caller.User, asked.Split, asked.Currency, asked.TotalMinorUnits, nowMs,
        nowMs + (Limits.PaymentRequestSeconds * 1000L), 0,
        [
            .. asked.Shares.Select(share => new StoredShare(
                share.User, share.MinorUnits, share.User == asked.Caller.User ? ShareState.Own : ShareState.Open, null)),
        ]);

    /// <summary>Whether a share may be paid by an order; accepted: the wallet decides.</summary>
    public static PaymentRequestStatus CheckPayment(StoredRequest request, UserId payer, PaymentOrder order, long nowMs)
    {
        if (request.ShareOf(payer) is not { } share)
        {
            return request.Requester == payer ? PaymentRequestStatus.NotAllowed : PaymentRequestStatus.NotMember;
        }

        if (share.State == ShareState.Own)
        {
            return PaymentRequestStatus.NotAllowed;
        }

        bool matches = order.Payer == payer.Value && order.Payee == request.Requester.Value && order.Reference == request.Request
            && order.Amount == new Money(share.MinorUnits, request.Currency)
            && order.Kind == PaymentKind.Instant
            && order.Reason == (request.Split ? TransferReason.SplitShare : TransferReason.RequestPaid);
        return matches ? CheckOpen(request, share, nowMs) : PaymentRequestStatus.OrderMismatch;
    }

    /// <summary>Whether the caller may decline or cancel.</summary>
    public static PaymentRequestStatus CheckAnswer(StoredRequest request, AnswerRequest answer, long nowMs)
    {
        UserId user = answer.Caller.User;
        StoredShare? share = request.ShareOf(user);
        if (share is null && request.Requester != user)
        {
            return PaymentRequestStatus.NotMember;
        }

        if (answer.Cancel)
        {
            return request.Requester != user ? PaymentRequestStatus.NotAllowed
                : request.CancelledAtMs > 0 ? PaymentRequestStatus.AlreadyAccepted
                : request.Shares.All(one => one.State is ShareState.Paid or ShareState.Own) ? PaymentRequestStatus.Paid
                : PaymentRequestStatus.Accepted;
        }

        return share is null || share.State == ShareState.Own ? PaymentRequestStatus.NotAllowed
            : share.State == ShareState.Declined ? PaymentRequestStatus.AlreadyAccepted
            : CheckOpen(request, share, nowMs);
    }

    private static PaymentRequestStatus CheckOpen(StoredRequest request, StoredShare share, long nowMs) => share.State switch
    {
        ShareState.Paid => PaymentRequestStatus.Paid,
        ShareState.Declined => PaymentRequestStatus.Declined,
        _ when request.CancelledAtMs > 0 => PaymentRequestStatus.Cancelled,
        _ when nowMs >= request.ExpiresAtMs => PaymentRequestStatus.Expired,
        ShareState.Open => PaymentRequestStatus.Accepted,
        _ => PaymentRequestStatus.PaymentUnderWay,
    };
}
