using XChat.Protocol.Accounts;
using XChat.Protocol.Wallets;

namespace XChat.Grains.Wallets;

/// <summary>
/// What the ledger has still to tell. A row stays until it is told, so it may be told more than once. When a row is due goes by the clock of the ledger
/// itself: one silo whose clock is ahead would else hide from the others what it has written.
/// </summary>
public interface ILedgerOutbox
{
    /// <summary>
    /// Hands at most <paramref name="limit"/> rows that are due, and that no other silo is busy with, to <paramref name="tell"/>; takes away those
    /// for which it answers true, and puts the others off. Returns how many there were.
    /// </summary>
    /// <param name="limit">Most rows.</param>
    /// <param name="firstPause">How long a row is put off after its first failure; doubled with each further one.</param>
    /// <param name="tell">Tells; it answers for each row.</param>
    /// <param name="cancellationToken">Ends the wait; the rows stay.</param>
    Task<int> RelayAsync(
        int limit,
        TimeSpan firstPause,
        Func<IReadOnlyList<OutboxRow>, Task<IReadOnlyList<bool>>> tell,
        CancellationToken cancellationToken);

    /// <summary>Takes away rows that their own silo has told within their lease, and puts the others off as <see cref="RelayAsync"/> does.</summary>
    /// <param name="rows">Rows as their writer handed them out.</param>
    /// <param name="told">For each row whether it was told.</param>
    /// <param name="firstPause">How long a row is put off.</param>
    /// <param name="cancellationToken">Ends the wait; the rows stay.</param>
    Task SettleAsync(IReadOnlyList<OutboxRow> rows, IReadOnlyList<bool> told, TimeSpan firstPause, CancellationToken cancellationToken);
}

/// <summary>Where a row of the outbox lies, as its ledger counts. It says nothing to anybody else.</summary>
public readonly record struct OutboxPlace(long Value);

/// <summary>
/// A transfer that happened: <c>Transfer</c> is the one that changed (of a resolution, the pending one). The users are its parties as far as they
/// are people; <c>Card</c> is set when a conversation shows it.
/// </summary>
public sealed record OutboxRow(OutboxPlace Place, TransferId Transfer, Currency Currency, UserId? Payer, UserId? Payee, PaymentCard? Card);
