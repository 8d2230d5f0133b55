using XChat.Protocol.Accounts;
using XChat.Protocol.Conversations;
using XChat.Protocol.Wallets;

namespace XChat.GrainInterfaces.Wallets;

/// <summary>One request for money: of one person for an amount, or of several for their shares of a bill.</summary>
/// <remarks>
/// Key: the request id, which is the reference of the transfers that pay it.
/// Owns: the shares and how they stand; whether one is paid, the ledger says.
/// Durable when: the result is returned.
/// Retry: always; a timeout means unknown, repeat the same.
/// Scheduling: one call at a time.
/// </remarks>
[GrainInterfaceType("xchat.payment-request"), Alias("xchat.IPaymentRequestGrain")]
public interface IPaymentRequestGrain : IGrainWithGuidKey
{
    /// <summary>Asks.</summary>
    [Alias("create")]
    Task<PaymentRequestDecided> Create(RequestPayment request);

    /// <summary>Pays the caller's share by an order that the caller's device signed.</summary>
    [Alias("pay")]
    Task<RequestPaid> Pay(PayOrder request);

    /// <summary>Declines the caller's share, or cancels the caller's request.</summary>
    [Alias("answer")]
    Task<PaymentRequestDecided> Answer(AnswerRequest request);

    /// <summary>Tells a party how the request stands.</summary>
    [Alias("describe")]
    Task<PaymentRequestDescribed> Describe(DescribeRequest request);
}

/// <summary>Asks people in a conversation for money. The shares add up to the total; the caller's own may be among them.</summary>
[GenerateSerializer, Immutable, Alias("xchat.RequestPayment")]
public sealed record RequestPayment(
    [property: Id(0)] Accounts.Caller Caller,
    [property: Id(1)] ConversationId Conversation,
    [property: Id(2)] bool Split,
    [property: Id(3)] Currency Currency,
    [property: Id(4)] long TotalMinorUnits,
    [property: Id(5)] IReadOnlyList<ShareAsked> Shares);

/// <summary>What one person is asked for.</summary>
[GenerateSerializer, Immutable, Alias("xchat.ShareAsked")]
public sealed record ShareAsked([property: Id(0)] UserId User, [property: Id(1)] long MinorUnits);

/// <summary>Declines, or cancels.</summary>
[GenerateSerializer, Immutable, Alias("xchat.AnswerRequest")]
public sealed record AnswerRequest([property: Id(0)] Accounts.Caller Caller, [property: Id(1)] bool Cancel);

/// <summary>What came of a call; <c>ExpiresAtMs</c> is the request's end, 0 with a refusal.</summary>
[GenerateSerializer, Immutable, Alias("xchat.PaymentRequestDecided")]
public sealed record PaymentRequestDecided([property: Id(0)] PaymentRequestStatus Status, [property: Id(1)] long ExpiresAtMs);

/// <summary>
/// What came of an order. Unless the request refuses it, <c>Payment</c> is what the payer's wallet answers: the share is paid when that is accepted, and
/// as open as before when it is not.
/// </summary>
[GenerateSerializer, Immutable, Alias("xchat.RequestPaid")]
public sealed record RequestPaid([property: Id(0)] PaymentRequestStatus Status, [property: Id(1)] TransferDecided Payment);

/// <summary>Asks how a request stands.</summary>
[GenerateSerializer, Immutable, Alias("xchat.DescribeRequest")]
public sealed record DescribeRequest([property: Id(0)] Accounts.Caller Caller);

/// <summary>The request, or the reason why not.</summary>
[GenerateSerializer, Immutable, Alias("xchat.PaymentRequestDescribed")]
public sealed record PaymentRequestDescribed([property: Id(0)] PaymentRequestStatus Status, [property: Id(1)] RequestDescription? Request);

/// <summary>A request and its shares. Times are Unix ms; <c>Status</c> is accepted while it is open, else cancelled or expired.</summary>
[GenerateSerializer, Immutable, Alias("xchat.RequestDescription")]
public sealed record RequestDescription(
    [property: Id(0)] Guid Request,
    [property: Id(1)] ConversationId Conversation,
    [property: Id(2)] UserId Requester,
    [property: Id(3)] bool Split,
    [property: Id(4)] Currency Currency,
    [property: Id(5)] long TotalMinorUnits,
    [property: Id(6)] long CreatedAtMs,
    [property: Id(7)] long ExpiresAtMs,
    [property: Id(8)] PaymentRequestStatus Status,
    [property: Id(9)] IReadOnlyList<ShareDescription> Shares);

/// <summary>One person's share.</summary>
[GenerateSerializer, Immutable, Alias("xchat.ShareDescription")]
public sealed record ShareDescription(
    [property: Id(0)] UserId User,
    [property: Id(1)] long MinorUnits,
    [property: Id(2)] ShareState State,
    [property: Id(3)] TransferId Transfer);
