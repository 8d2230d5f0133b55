using XChat.Protocol.Wallets;

namespace XChat.GrainInterfaces.Wallets;

/// <summary>The rails that the silos are configured with: lists them, and takes what they send.</summary>
/// <remarks>
/// Key: 0; any number of activations.
/// Owns: nothing; rails are configured, payments keep their own state.
/// Durable when: the result is returned.
/// Retry: always.
/// Scheduling: stateless worker.
/// </remarks>
[GrainInterfaceType("xchat.rail-directory"), Alias("xchat.IRailDirectoryGrain")]
public interface IRailDirectoryGrain : IGrainWithIntegerKey
{
    /// <summary>Lists the rails.</summary>
    [Alias("list")]
    Task<RailList> List(ListRails request);

    /// <summary>Verifies what came in a rail's name, and hands it to the payment that it is about.</summary>
    [Alias("receive")]
    Task<WebhookReceived> Receive(ReceiveWebhook request);

    /// <summary>Reads a rail's statements and compares the ledger with them. For operators.</summary>
    [Alias("reconcile")]
    Task<RailReconciled> Reconcile(ReconcileRail request);

    /// <summary>Asks a rail for its statement of today and keeps nothing: whether it answers. For operators.</summary>
    [Alias("probe")]
    Task<RailProbed> Probe(ProbeRail request);
}

/// <summary>Asks for all rails.</summary>
[GenerateSerializer, Immutable, Alias("xchat.ListRails")]
public sealed record ListRails;

/// <summary>The rails, the one to prefer first.</summary>
[GenerateSerializer, Immutable, Alias("xchat.RailList")]
public sealed record RailList([property: Id(0)] IReadOnlyList<RailDescription> Rails);

/// <summary>
/// A rail as people see it. <c>PlayMoney</c>: nothing on it has any value. <c>DestinationNeeded</c>: a withdrawal has to say where to.
/// </summary>
[GenerateSerializer, Immutable, Alias("xchat.RailDescription")]
public sealed record RailDescription(
    [property: Id(0)] string Rail,
    [property: Id(1)] string Name,
    [property: Id(2)] bool PlayMoney,
    [property: Id(3)] bool Deposits,
    [property: Id(4)] bool Withdrawals,
    [property: Id(5)] bool DestinationNeeded,
    [property: Id(6)] IReadOnlyList<Currency> Currencies);

/// <summary>What somebody sent in a rail's name, not verified yet: the headers that may carry a signature, in small letters, and the body.</summary>
[GenerateSerializer, Immutable, Alias("xchat.ReceiveWebhook")]
public sealed record ReceiveWebhook(
    [property: Id(0)] string Rail,
    [property: Id(1)] IReadOnlyList<WebhookHeader> Headers,
    [property: Id(2)] byte[] Body);

/// <summary>One header.</summary>
[GenerateSerializer, Immutable, Alias("xchat.WebhookHeader")]
public sealed record WebhookHeader([property: Id(0)] string Name, [property: Id(1)] string Value);

/// <summary>What came of it.</summary>
[GenerateSerializer, Immutable, Alias("xchat.WebhookReceived")]
public sealed record WebhookReceived([property: Id(0)] WebhookStatus Status);

/// <summary>Outcomes of a webhook, in order of precedence.</summary>
public enum WebhookStatus
{
    /// <summary>None.</summary>
    Unspecified = 0,

    /// <summary>It is from the rail, and what it says is durable here, or is nothing that matters here. It need not come again.</summary>
    Taken = 1,

    /// <summary>There is no such rail.</summary>
    RailUnknown = 2,

    /// <summary>It cannot be read.</summary>
    Malformed = 3,

    /// <summary>The rail has not signed it.</summary>
    SignatureInvalid = 4,

    /// <summary>The rail signed it too long ago, or in the future.</summary>
    Stale = 5,
}
