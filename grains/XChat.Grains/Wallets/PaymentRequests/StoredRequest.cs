using XChat.GrainInterfaces.Accounts;
using XChat.GrainInterfaces.Wallets;
using XChat.Protocol.Accounts;
using XChat.Protocol.Conversations;
using XChat.Protocol.Wallets;

namespace XChat.Grains.Wallets.PaymentRequests;

/// <summary>A request as storage has it. Times are Unix ms; <c>CancelledAtMs</c> is 0 unless it was cancelled.</summary>
public sealed record StoredRequest(
    Guid Request,
    ConversationId Conversation,
    UserId Requester,
    bool Split,
    Currency Currency,
    long TotalMinorUnits,
    long CreatedAtMs,
    long ExpiresAtMs,
    long CancelledAtMs,
    IReadOnlyList<StoredShare> Shares)
{
    /// <summary>Whether another command asks for the same.</summary>
    public bool IsSame(RequestPayment request) =>
        Requester == request.Caller.User && Conversation == request.Conversation && Split == request.Split && Currency == request.Currency
        && TotalMinorUnits == request.TotalMinorUnits
        && Shares.Select(share => new ShareAsked(share.User, share.MinorUnits)).SequenceEqual(request.Shares);

    public StoredShare? ShareOf(UserId user) => Shares.FirstOrDefault(share => share.User == user);

    /// <summary>The request with one share changed.</summary>
    public StoredRequest With(StoredShare changed) =>
        this with { Shares = [.. Shares.Select(share => share.User == changed.User ? changed : share)] };

    public RequestDescription Describe(long nowMs) => new(
        Request, Conversation, Requester, Split, Currency, TotalMinorUnits, CreatedAtMs, ExpiresAtMs,
        CancelledAtMs > 0 ? PaymentRequestStatus.Cancelled : nowMs >= ExpiresAtMs ? PaymentRequestStatus.Expired : PaymentRequestStatus.Accepted,
        [.. Shares.Select(share => new ShareDescription(share.User, share.MinorUnits, share.State, share.Payment?.Transfer ?? default))]);
}

/// <summary>One person's share; <c>Payment</c> is the order that pays, or has paid, it.</summary>
public sealed record StoredShare(UserId User, long MinorUnits, ShareState State, SharePayment? Payment);

/// <summary>
/// A payer's signed order, kept before the wallet hears of it: after a crash the same order is given to the wallet again, which knows whether it has
/// carried it out.
/// </summary>
public sealed record SharePayment(TransferId Transfer, DeviceId Device, byte[] Order, byte[] Signature, byte[] Card)
{
    public PayOrder ToOrder(UserId payer) => new(new Caller(payer, Device), Order, Signature, Card);
}
