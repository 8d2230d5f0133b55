using XChat.Protocol.Wallets;

namespace XChat.GrainInterfaces.Wallets;

/// <summary>Asks for the counters.</summary>
[GenerateSerializer, Immutable, Alias("xchat.ReadBalance")]
public sealed record ReadBalance;

/// <summary>
/// The account's four counters, minor units. The posted ones only grow; the pending ones are what is reserved now. <c>Entries</c> counts the
/// account's statement entries, <c>Seq</c> its debits. A wallet that nothing has touched yet has zeros. <c>Frozen</c>: nothing is debited, because the
/// wallet is frozen or, in answer to this question, its holder is blocked.
/// </summary>
[GenerateSerializer, Immutable, Alias("xchat.BalanceRead")]
public sealed record BalanceRead(
    [property: Id(0)] long DebitsPending,
    [property: Id(1)] long DebitsPosted,
    [property: Id(2)] long CreditsPending,
    [property: Id(3)] long CreditsPosted,
    [property: Id(4)] long Seq,
    [property: Id(5)] long Entries,
    [property: Id(6)] bool Frozen);

/// <summary>
/// A page of the statement: the newest <c>Limit</c> entries that are older than the entry <c>Before</c> (0: from the newest) and pass the filter. A
/// limit outside 1 to <see cref="Protocol.Limits.StatementEntriesPerPage"/> is brought inside.
/// </summary>
[GenerateSerializer, Immutable, Alias("xchat.ReadStatement")]
public sealed record ReadStatement([property: Id(0)] long Before, [property: Id(1)] int Limit, [property: Id(2)] StatementFilter Filter);

/// <summary>
/// Which entries are wanted: from <c>FromMs</c> on and before <c>UntilMs</c> (Unix ms; 0: no bound), for one reason or any
/// (<see cref="TransferReason.Unspecified"/>), in one direction or both.
/// </summary>
[GenerateSerializer, Immutable, Alias("xchat.StatementFilter")]
public sealed record StatementFilter(
    [property: Id(0)] long FromMs, [property: Id(1)] long UntilMs, [property: Id(2)] TransferReason Reason, [property: Id(3)] StatementDirection Direction)
{
    /// <summary>Everything.</summary>
    public static StatementFilter None { get; } = new(0, 0, TransferReason.Unspecified, StatementDirection.Both);
}

/// <summary>
/// Entries, newest first. <c>Next</c>: where the next page begins, as its <c>Before</c>; 0: there are no older entries. One call looks through a
/// bounded stretch of the statement, so a filtered page may have few entries, or none, and still a next one.
/// </summary>
[GenerateSerializer, Immutable, Alias("xchat.StatementPage")]
public sealed record StatementPage([property: Id(0)] IReadOnlyList<StatementEntry> Entries, [property: Id(1)] long Next);

/// <summary>
/// One transfer as one of its accounts sees it. <c>Entry</c> is its place among the account's entries, without gaps from 1.
/// <c>Debit</c>: money left this account. <c>Balance</c> is what was posted after it: credits less debits. <c>Other</c> is the other account's
/// owner; <c>Pending</c> the transfer that this one resolves.
/// </summary>
[GenerateSerializer, Immutable, Alias("xchat.StatementEntry")]
public sealed record StatementEntry(
    [property: Id(0)] long Entry,
    [property: Id(1)] TransferId Transfer,
    [property: Id(2)] bool Debit,
    [property: Id(3)] TransferKind Kind,
    [property: Id(4)] TransferReason Reason,
    [property: Id(5)] long MinorUnits,
    [property: Id(6)] long Balance,
    [property: Id(7)] WalletKind OtherKind,
    [property: Id(8)] Guid Other,
    [property: Id(9)] long TimeMs,
    [property: Id(10)] long ExpiresAtMs,
    [property: Id(11)] TransferId Pending,
    [property: Id(12)] Guid Reference);

/// <summary>Freezes (or thaws) a wallet.</summary>
[GenerateSerializer, Immutable, Alias("xchat.FreezeWallet")]
public sealed record FreezeWallet([property: Id(0)] bool Frozen);

/// <summary>The state after the call.</summary>
[GenerateSerializer, Immutable, Alias("xchat.WalletFrozen")]
public sealed record WalletFrozen([property: Id(0)] bool Frozen);
