using MessagePack;

namespace XChat.Protocol.Wallets;

/// <summary>
/// Asks people in a conversation for money: one person for an amount, or several for their shares of a bill. The shares add up to
/// <c>Total</c> exactly and are in its currency; one of them may be the caller's own. <c>Request</c> is chosen by the
/// device; it is the id of the card's message too.
/// </summary>
[MessagePackObject]
public sealed record CreatePaymentRequest(
    [property: Key("request")] Guid Request,
    [property: Key("conversation")] Guid Conversation,
    [property: Key("split")] bool Split,
    [property: Key("total")] Amount Total,
    [property: Key("shares")] IReadOnlyList<RequestedShare> Shares);

/// <summary>What one person is asked for.</summary>
[MessagePackObject]
public sealed record RequestedShare(
    [property: Key("user")] Guid User,
    [property: Key("amount")] Amount Amount);

/// <summary>Declines the caller's share, or cancels the caller's own request.</summary>
[MessagePackObject]
public sealed record AnswerPaymentRequest(
    [property: Key("request")] Guid Request,
    [property: Key("cancel")] bool Cancel);

/// <summary>What came of a call; <c>ExpiresAtMs</c> is the request's end, 0 with a refusal.</summary>
[MessagePackObject]
public sealed record PaymentRequestResult(
    [property: Key("status")] PaymentRequestStatus Status,
    [property: Key("expiresAtMs")] long ExpiresAtMs);

/// <summary>A request as its parties see it; null unless the status is accepted.</summary>
[MessagePackObject]
public sealed record GetPaymentRequestResult(
    [property: Key("status")] PaymentRequestStatus Status,
    [property: Key("request")] PaymentRequestView? Request);

/// <summary>
/// Asks for requests that the caller made or is asked by, newest first: at most <c>Limit</c> of them older than <c>Before</c> (empty: the newest).
/// </summary>
[MessagePackObject]
public sealed record ListPaymentRequestsRequest(
    [property: Key("before")] Guid Before,
    [property: Key("limit")] int Limit);

/// <summary>Requests, newest first; <c>More</c>: older ones exist.</summary>
[MessagePackObject]
public sealed record ListPaymentRequestsResult(
    [property: Key("requests")] IReadOnlyList<PaymentRequestView> Requests,
    [property: Key("more")] bool More);

/// <summary>A request now. Times are Unix milliseconds; <c>Status</c> is accepted while it is open, else cancelled or expired.</summary>
[MessagePackObject]
public sealed record PaymentRequestView(
    [property: Key("request")] Guid Request,
    [property: Key("conversation")] Guid Conversation,
    [property: Key("requester")] Guid Requester,
    [property: Key("split")] bool Split,
    [property: Key("total")] Amount Total,
    [property: Key("createdAtMs")] long CreatedAtMs,
    [property: Key("expiresAtMs")] long ExpiresAtMs,
    [property: Key("status")] PaymentRequestStatus Status,
    [property: Key("shares")] IReadOnlyList<ShareView> Shares);

/// <summary>One person's share; <c>Transfer</c> is the payment, empty without one.</summary>
[MessagePackObject]
public sealed record ShareView(
    [property: Key("user")] Guid User,
    [property: Key("amount")] Amount Amount,
    [property: Key("state")] ShareState State,
    [property: Key("transfer")] Guid Transfer);
