using XChat.Protocol.Accounts;
using XChat.Protocol.Wallets;

namespace XChat.GrainInterfaces.Wallets;

/// <summary>One person's wallets and transfers, read without waking the wallets.</summary>
/// <remarks>
/// Key: the user id; any number of activations.
/// Owns: nothing; it reads the ledger.
/// Durable when: it changes nothing.
/// Retry: always.
/// Scheduling: stateless worker.
/// </remarks>
[GrainInterfaceType("xchat.wallet-list"), Alias("xchat.IWalletListGrain")]
public interface IWalletListGrain : IGrainWithGuidKey
{
    /// <summary>Reads the counters of all of the person's wallets.</summary>
    [Alias("list")]
    Task<WalletList> List(ListWallets request);

    /// <summary>Finds a transfer that the person is a party to, and how it stands.</summary>
    [Alias("find-transfer")]
    Task<TransferFound> FindTransfer(FindTransfer request);
}

/// <summary>Asks for the caller's own wallets.</summary>
[GenerateSerializer, Immutable, Alias("xchat.ListWallets")]
public sealed record ListWallets([property: Id(0)] Accounts.Caller Caller);

/// <summary>One wallet of the person in each currency that anything has moved in, in order of the code.</summary>
[GenerateSerializer, Immutable, Alias("xchat.WalletList")]
public sealed record WalletList([property: Id(0)] IReadOnlyList<WalletBalance> Wallets);

/// <summary>The counters of one wallet.</summary>
[GenerateSerializer, Immutable, Alias("xchat.WalletBalance")]
public sealed record WalletBalance([property: Id(0)] Currency Currency, [property: Id(1)] BalanceRead Counters);

/// <summary>Asks for a transfer by its id.</summary>
[GenerateSerializer, Immutable, Alias("xchat.FindTransfer")]
public sealed record FindTransfer([property: Id(0)] Accounts.Caller Caller, [property: Id(1)] TransferId Transfer);

/// <summary>The transfer; null when there is none of this id to which the person is a party.</summary>
[GenerateSerializer, Immutable, Alias("xchat.TransferFound")]
public sealed record TransferFound([property: Id(0)] TransferStanding? Transfer);

/// <summary>
/// A transfer and how it stands now. <c>Debit</c> and <c>Credit</c> are its two accounts, <c>Seq</c> its place in the debited account's chain.
/// <c>Resolution</c>: how a pending transfer ended; <see cref="TransferKind.Unspecified"/> while it is open, and for every other kind. Then
/// <c>ResolvedMinorUnits</c> is what was posted of it, and <c>Resolver</c> who ended it (empty: the server).
/// </summary>
[GenerateSerializer, Immutable, Alias("xchat.TransferStanding")]
public sealed record TransferStanding(
    [property: Id(0)] TransferId Transfer,
    [property: Id(1)] TransferKind Kind,
    [property: Id(2)] TransferReason Reason,
    [property: Id(3)] WalletKey Debit,
    [property: Id(4)] WalletKey Credit,
    [property: Id(5)] long MinorUnits,
    [property: Id(6)] long Seq,
    [property: Id(7)] long TimeMs,
    [property: Id(8)] long ExpiresAtMs,
    [property: Id(9)] TransferId Pending,
    [property: Id(10)] Guid Reference,
    [property: Id(11)] Guid Conversation,
    [property: Id(12)] TransferKind Resolution,
    [property: Id(13)] long ResolvedMinorUnits,
    [property: Id(14)] long ResolvedAtMs,
    [property: Id(15)] UserId Resolver);
