using MessagePack;

namespace XChat.Protocol.Wallets;

/// <summary>
/// A page of the caller's statement in a currency: the newest <c>Limit</c> entries that are older than the entry <c>Before</c> (0: from the newest) and
/// pass the filter: from <c>FromMs</c> on and before <c>UntilMs</c> (Unix milliseconds; 0: no bound), for one reason (0: any), in one direction (0: both).
/// </summary>
[MessagePackObject]
public sealed record GetStatementRequest(
    [property: Key("currency")] string Currency,
    [property: Key("before")] long Before,
    [property: Key("limit")] int Limit,
    [property: Key("fromMs")] long FromMs,
    [property: Key("untilMs")] long UntilMs,
    [property: Key("reason")] TransferReason Reason,
    [property: Key("direction")] StatementDirection Direction);

/// <summary>
/// Entries, newest first. <c>Next</c> is the <c>Before</c> of the next page; 0: there are no older entries. A filtered page may have few entries, or
/// none, and still a next one.
/// </summary>
[MessagePackObject]
public sealed record GetStatementResult(
    [property: Key("entries")] IReadOnlyList<StatementLine> Entries,
    [property: Key("next")] long Next);

/// <summary>
/// One transfer as the caller's wallet sees it. <c>Entry</c> counts the wallet's entries from 1 without gaps; <c>Balance</c> is what was posted after
/// it. <c>Party</c> is the other person, empty when the other side is the server's; <c>Pending</c> the transfer that this one ends; <c>Reference</c> the
/// request or split that is paid.
/// </summary>
[MessagePackObject]
public sealed record StatementLine(
    [property: Key("entry")] long Entry,
    [property: Key("transfer")] Guid Transfer,
    [property: Key("outgoing")] bool Outgoing,
    [property: Key("kind")] TransferKind Kind,
    [property: Key("reason")] TransferReason Reason,
    [property: Key("amount")] Amount Amount,
    [property: Key("balance")] Amount Balance,
    [property: Key("party")] Guid Party,
    [property: Key("timeMs")] long TimeMs,
    [property: Key("expiresAtMs")] long ExpiresAtMs,
    [property: Key("pending")] Guid Pending,
    [property: Key("reference")] Guid Reference);
