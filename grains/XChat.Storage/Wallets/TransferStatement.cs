using Npgsql;

using NpgsqlTypes;

using XChat.Grains.Wallets;
using XChat.Storage.GroupCommit;

namespace XChat.Storage.Wallets;

/// <summary>
/// Moves the counters of all accounts of a batch and inserts its transfers. The rows of accounts are locked in the order of their ids. An account
/// that is debited has to be where the chunk was decided on: same length and end of its chain, and not frozen when money leaves it.
/// </summary>
internal sealed class TransferStatement
{
    /// <summary>Of an account that is only credited: wherever its chain is.</summary>
    private const long AnySeq = -1;

    // The accounts come back as they are after the batch; each transfer counts back from there to its own place. A plan that holds for batches of any size
    // takes them for a handful of rows, and would look through all accounts for each transfer; a full join is always done by hashing, and what is no pair is
    // left out behind it, by a function that the planner does not see through.
    private static readonly string Sql = $"""
        WITH moved AS (
            UPDATE ledger_account AS a
            SET debits_pending = a.debits_pending + ($5)[m.i], debits_posted = a.debits_posted + ($6)[m.i],
                credits_pending = a.credits_pending + ($7)[m.i], credits_posted = a.credits_posted + ($8)[m.i],
                seq = a.seq + ($9)[m.i], entries = a.entries + ($10)[m.i],
                chain_hash = CASE WHEN ($9)[m.i] > 0 THEN {HashColumn.At("$11", "m.i")} ELSE a.chain_hash END
            FROM (SELECT n.account_id, n.place::integer AS i FROM unnest($1) WITH ORDINALITY AS n(account_id, place)) AS m
            WHERE a.account_id = m.account_id
                AND (($2)[m.i] = {AnySeq}
                    OR (a.seq = ($2)[m.i] AND a.chain_hash = {HashColumn.At("$3", "m.i")} AND NOT (($4)[m.i] AND a.frozen)))
            RETURNING a.account_id, a.currency, a.seq, a.entries, a.credits_posted - a.debits_posted AS balance),
        written AS (
            INSERT INTO ledger_transfer (
                debit_account, seq, transfer_id, command_id, kind, reason, credit_account, currency, amount, pending_id, reserved, expires_at,
                reference, conversation_id, created_at, prev_hash, debit_entry, debit_balance, credit_entry, credit_seq, credit_balance)
            SELECT t.debit_account, ($13)[t.i], ($14)[t.i], ($15)[t.i], ($16)[t.i], ($17)[t.i], c.account_id, d.currency, ($19)[t.i],
                nullif(($20)[t.i], {LedgerRow.NoId}), nullif(($21)[t.i], 0), nullif(($22)[t.i], '-infinity'),
                nullif(($23)[t.i], {LedgerRow.NoId}), nullif(($24)[t.i], {LedgerRow.NoId}), ($25)[t.i], {HashColumn.At("$26", "t.i")},
                d.entries - ($27)[t.i], d.balance - ($28)[t.i], c.entries - ($29)[t.i], c.seq - ($30)[t.i], c.balance - ($31)[t.i]
            FROM (SELECT n.debit_account, n.place::integer AS i FROM unnest($12) WITH ORDINALITY AS n(debit_account, place)) AS t
            FULL JOIN moved AS d ON d.account_id = t.debit_account
            FULL JOIN moved AS c ON c.account_id = ($18)[t.i] AND c.currency = d.currency
            WHERE num_nonnulls(t.i, d.account_id, c.account_id) = 3
            RETURNING 1)
        SELECT ledger_require((SELECT count(*) FROM moved) = cardinality($1) AND (SELECT count(*) FROM written) = cardinality($12))
        """;

    private readonly Column<Guid> _accounts = new(NpgsqlDbType.Uuid);
    private readonly Column<long> _expectedSeqs = new(NpgsqlDbType.Bigint);
    private readonly HashColumn _expectedHashes = new();
    private readonly Column<bool> _thawed = new(NpgsqlDbType.Boolean);
    private readonly Column<long> _debitsPending = new(NpgsqlDbType.Bigint);
    private readonly Column<long> _debited = new(NpgsqlDbType.Bigint);
    private readonly Column<long> _creditsPending = new(NpgsqlDbType.Bigint);
    private readonly Column<long> _credited = new(NpgsqlDbType.Bigint);
    private readonly Column<long> _moreDebits = new(NpgsqlDbType.Bigint);
    private readonly Column<long> _moreEntries = new(NpgsqlDbType.Bigint);
    private readonly HashColumn _chainHashes = new();
    private readonly Column<Guid> _debits = new(NpgsqlDbType.Uuid);
    private readonly Column<long> _seqs = new(NpgsqlDbType.Bigint);
    private readonly Column<Guid> _transfers = new(NpgsqlDbType.Uuid);
    private readonly Column<Guid> _commands = new(NpgsqlDbType.Uuid);
    private readonly Column<short> _kinds = new(NpgsqlDbType.Smallint);
    private readonly Column<short> _reasons = new(NpgsqlDbType.Smallint);
    private readonly Column<Guid> _credits = new(NpgsqlDbType.Uuid);
    private readonly Column<long> _amounts = new(NpgsqlDbType.Bigint);
    private readonly Column<Guid> _pending = new(NpgsqlDbType.Uuid, Guid.Empty);
    private readonly Column<long> _reserved = new(NpgsqlDbType.Bigint, 0);
    private readonly Column<long> _expires = new(NpgsqlDbType.TimestampTz, LedgerRow.NoTime);
    private readonly Column<Guid> _references = new(NpgsqlDbType.Uuid, Guid.Empty);
    private readonly Column<Guid> _conversations = new(NpgsqlDbType.Uuid, Guid.Empty);
    private readonly Column<long> _created = new(NpgsqlDbType.TimestampTz);
    private readonly HashColumn _previousHashes = new();
    private readonly Column<long> _debitEntriesLeft = new(NpgsqlDbType.Bigint);
    private readonly Column<long> _debitPostedLeft = new(NpgsqlDbType.Bigint);
    private readonly Column<long> _creditEntriesLeft = new(NpgsqlDbType.Bigint);
    private readonly Column<long> _creditDebitsLeft = new(NpgsqlDbType.Bigint);
    private readonly Column<long> _creditPostedLeft = new(NpgsqlDbType.Bigint);
    private readonly RowStatement _statement;

    public TransferStatement() => _statement = new RowStatement(
        Sql, _accounts, _expectedSeqs, _expectedHashes, _thawed, _debitsPending, _debited, _creditsPending, _credited, _moreDebits, _moreEntries,
        _chainHashes, _debits, _seqs, _transfers, _commands, _kinds, _reasons, _credits, _amounts, _pending, _reserved, _expires, _references,
        _conversations, _created, _previousHashes, _debitEntriesLeft, _debitPostedLeft, _creditEntriesLeft, _creditDebitsLeft, _creditPostedLeft);

    public NpgsqlBatchCommand Fill(AccountChanges changes)
    {
        _statement.Clear();
        foreach (AccountChanges.Change change in changes.All)
        {
            Add(change);
        }

        foreach (AccountChanges.TransferSides sides in changes.Sides)
        {
            Add(sides.Transfer);
            Add(sides.Debit.Rest, sides.Credit.Rest);
        }

        return _statement.Command;
    }

    private void Add(AccountChanges.Change change)
    {
        _accounts.Add(change.Account);
        _expectedSeqs.Add(change.Chunk?.Seq ?? AnySeq);
        AddHash(_expectedHashes, change.Chunk?.ChainHash);
        _thawed.Add(change.Chunk is { NeedsThawed: true });
        _debitsPending.Add(change.DebitsPending);
        _debited.Add(change.Debited);
        _creditsPending.Add(change.CreditsPending);
        _credited.Add(change.Credits);
        _moreDebits.Add(change.Debits);
        _moreEntries.Add(change.Entries);
        AddHash(_chainHashes, change.ChainHash);
    }

    private static void AddHash(HashColumn column, byte[]? hash)
    {
        if (hash is null)
        {
            column.AddUnused();
        }
        else
        {
            column.Add(hash);
        }
    }

    private void Add(LedgerTransfer transfer)
    {
        _debits.Add(transfer.DebitAccount);
        _seqs.Add(transfer.Seq);
        _transfers.Add(transfer.Id.Value);
        _commands.Add(transfer.Command.Value);
        _kinds.Add((short)transfer.Kind);
        _reasons.Add((short)transfer.Reason);
        _credits.Add(transfer.CreditAccount);
        _amounts.Add(transfer.MinorUnits);
        _pending.Add(transfer.Pending.Value);
        _reserved.Add(transfer.Pending.IsEmpty ? 0 : transfer.Reserved);
        _expires.Add(LedgerRow.MicrosOrNone(transfer.ExpiresAtMs));
        _references.Add(transfer.Reference);
        _conversations.Add(transfer.Conversation);
        _created.Add(LedgerRow.Micros(transfer.TimeMs));
        _previousHashes.Add(transfer.PreviousHash);
    }

    private void Add((int Entries, int Debits, long Posted) debitLeft, (int Entries, int Debits, long Posted) creditLeft)
    {
        _debitEntriesLeft.Add(debitLeft.Entries);
        _debitPostedLeft.Add(debitLeft.Posted);
        _creditEntriesLeft.Add(creditLeft.Entries);
        _creditDebitsLeft.Add(creditLeft.Debits);
        _creditPostedLeft.Add(creditLeft.Posted);
    }
}
