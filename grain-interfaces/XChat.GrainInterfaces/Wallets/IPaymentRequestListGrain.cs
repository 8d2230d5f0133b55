namespace XChat.GrainInterfaces.Wallets;

/// <summary>One person's requests, made or received, read without waking them.</summary>
/// <remarks>
/// Key: the user id; any number of activations.
/// Owns: nothing; it reads what the requests have stored.
/// Durable when: it changes nothing.
/// Retry: always.
/// Scheduling: stateless worker.
/// </remarks>
[GrainInterfaceType("xchat.payment-request-list"), Alias("xchat.IPaymentRequestListGrain")]
public interface IPaymentRequestListGrain : IGrainWithGuidKey
{
    /// <summary>Reads a page, newest first.</summary>
    [Alias("list")]
    Task<PaymentRequestPage> List(ListRequests request);
}

/// <summary>Asks for a page: at most <c>Limit</c> requests older than <c>Before</c> (empty: the newest).</summary>
[GenerateSerializer, Immutable, Alias("xchat.ListRequests")]
public sealed record ListRequests([property: Id(0)] Accounts.Caller Caller, [property: Id(1)] Guid Before, [property: Id(2)] int Limit);

/// <summary>Requests, newest first.</summary>
[GenerateSerializer, Immutable, Alias("xchat.PaymentRequestPage")]
public sealed record PaymentRequestPage([property: Id(0)] IReadOnlyList<RequestDescription> Requests, [property: Id(1)] bool More);
