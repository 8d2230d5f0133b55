using Npgsql;

using NpgsqlTypes;

using XChat.Grains.Wallets;
using XChat.Storage.Conversations;
using XChat.Storage.GroupCommit;

namespace XChat.Storage.Wallets;

/// <summary>
/// Moves the counters of all accounts of a batch and inserts its transfers. The rows of accounts are locked in the order of their ids. An account
/// that is debited has to be where the chunk was decided on: same length and end of its chain, and not frozen when money leaves it.
/// </summary>
internal sealed class TransferStatement
{
    // The accounts come back as they are after the batch; each transfer counts back from there to its own place. A plan that holds for batches of any size
    // takes them for a handful of rows, and would look through all accounts for each transfer; a full join is always done by hashing, and what is no pair is
    // left out behind it, by a function that the planner does not see through.
    private const string Sql = """
        WITH moved AS (
            UPDATE ledger_account AS a
            SET debits_pending = a.debits_pending + m.debits_pending, debits_posted = a.debits_posted + m.debits_posted,
                credits_pending = a.credits_pending + m.credits_pending, credits_posted = a.credits_posted + m.credits_posted,
                seq = a.seq + m.debits, entries = a.entries + m.entries, chain_hash = coalesce(m.chain_hash, a.chain_hash)
            FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) AS m(
                account_id, expected_seq, expected_hash, thawed, debits_pending, debits_posted, credits_pending, credits_posted, debits, entries, chain_hash)
            WHERE a.account_id = m.account_id
                AND (m.expected_seq IS NULL
                    OR (a.seq = m.expected_seq AND a.chain_hash = m.expected_hash AND NOT (m.thawed AND a.frozen)))
            RETURNING a.account_id, a.currency, a.seq, a.entries, a.credits_posted - a.debits_posted AS balance),
        written AS (
            INSERT INTO ledger_transfer (
                debit_account, seq, transfer_id, command_id, kind, reason, credit_account, currency, amount, pending_id, reserved, expires_at,
                reference, conversation_id, created_at, prev_hash, debit_entry, debit_balance, credit_entry, credit_seq, credit_balance)
            SELECT t.debit_account, t.seq, t.transfer_id, t.command_id, t.kind, t.reason, t.credit_account, d.currency, t.amount, t.pending_id,
                t.reserved, t.expires_at, t.reference, t.conversation_id, t.created_at, t.prev_hash,
                d.entries - t.debit_entries, d.balance - t.debit_posted, c.entries - t.credit_entries, c.seq - t.credit_debits, c.balance - t.credit_posted
            FROM unnest($12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31) AS t(
                debit_account, seq, transfer_id, command_id, kind, reason, credit_account, amount, pending_id, reserved, expires_at, reference,
                conversation_id, created_at, prev_hash, debit_entries, debit_posted, credit_entries, credit_debits, credit_posted)
            FULL JOIN moved AS d ON d.account_id = t.debit_account
            FULL JOIN moved AS c ON c.account_id = t.credit_account AND c.currency = d.currency
            WHERE num_nonnulls(t.transfer_id, d.account_id, c.account_id) = 3
            RETURNING 1)
        SELECT ledger_require((SELECT count(*) FROM moved) = cardinality($1) AND (SELECT count(*) FROM written) = cardinality($12))
        """;

    private readonly NpgsqlParameter<Guid[]> _accounts = ArrayParameter.Of<Guid>(NpgsqlDbType.Uuid);
    private readonly NpgsqlParameter<long?[]> _expectedSeqs = ArrayParameter.Of<long?>(NpgsqlDbType.Bigint);
    private readonly NpgsqlParameter<byte[]?[]> _expectedHashes = ArrayParameter.Of<byte[]?>(NpgsqlDbType.Bytea);
    private readonly NpgsqlParameter<bool[]> _thawed = ArrayParameter.Of<bool>(NpgsqlDbType.Boolean);
    private readonly NpgsqlParameter<long[]>[] _sums = Many<long>(6, NpgsqlDbType.Bigint);
    private readonly NpgsqlParameter<byte[]?[]> _chainHashes = ArrayParameter.Of<byte[]?>(NpgsqlDbType.Bytea);
    private readonly NpgsqlParameter<Guid[]> _debits = ArrayParameter.Of<Guid>(NpgsqlDbType.Uuid);
    private readonly NpgsqlParameter<long[]> _seqs = ArrayParameter.Of<long>(NpgsqlDbType.Bigint);
    private readonly NpgsqlParameter<Guid[]> _transfers = ArrayParameter.Of<Guid>(NpgsqlDbType.Uuid);
    private readonly NpgsqlParameter<Guid[]> _commands = ArrayParameter.Of<Guid>(NpgsqlDbType.Uuid);
    private readonly NpgsqlParameter<short[]> _kinds = ArrayParameter.Of<short>(NpgsqlDbType.Smallint);
    private readonly NpgsqlParameter<short[]> _reasons = ArrayParameter.Of<short>(NpgsqlDbType.Smallint);
    private readonly NpgsqlParameter<Guid[]> _credits = ArrayParameter.Of<Guid>(NpgsqlDbType.Uuid);
    private readonly NpgsqlParameter<long[]> _amounts = ArrayParameter.Of<long>(NpgsqlDbType.Bigint);
    private readonly NpgsqlParameter<Guid?[]> _pending = ArrayParameter.Of<Guid?>(NpgsqlDbType.Uuid);
    private readonly NpgsqlParameter<long?[]> _reserved = ArrayParameter.Of<long?>(NpgsqlDbType.Bigint);
    private readonly NpgsqlParameter<DateTime?[]> _expires = ArrayParameter.Of<DateTime?>(NpgsqlDbType.TimestampTz);
    private readonly NpgsqlParameter<Guid?[]> _references = ArrayParameter.Of<Guid?>(NpgsqlDbType.Uuid);
    private readonly NpgsqlParameter<Guid?[]> _conversations = ArrayParameter.Of<Guid?>(NpgsqlDbType.Uuid);
    private readonly NpgsqlParameter<DateTime[]> _created = ArrayParameter.Of<DateTime>(NpgsqlDbType.TimestampTz);
    private readonly NpgsqlParameter<byte[][]> _previousHashes = ArrayParameter.Of<byte[]>(NpgsqlDbType.Bytea);
    private readonly NpgsqlParameter<long[]>[] _rests = Many<long>(5, NpgsqlDbType.Bigint);
    private readonly NpgsqlBatchCommand _command = new(Sql);

    public TransferStatement()
    {
        NpgsqlParameter[] all =
        [
            _accounts, _expectedSeqs, _expectedHashes, _thawed, .. _sums, _chainHashes, _debits, _seqs, _transfers, _commands, _kinds, _reasons,
            _credits, _amounts, _pending, _reserved, _expires, _references, _conversations, _created, _previousHashes, .. _rests,
        ];
        foreach (NpgsqlParameter parameter in all)
        {
            _command.Parameters.Add(parameter);
        }
    }

    public NpgsqlBatchCommand Fill(AccountChanges changes)
    {
        FillAccounts(changes.All);
        FillTransfers([.. changes.Sides.Select(sides => sides.Transfer)]);
        FillPlaces(changes.Sides);
        return _command;
    }

    private void FillAccounts(AccountChanges.Change[] changes)
    {
        _accounts.TypedValue = [.. changes.Select(change => change.Account)];
        _expectedSeqs.TypedValue = [.. changes.Select(change => change.Chunk?.Seq)];
        _expectedHashes.TypedValue = [.. changes.Select(change => change.Chunk?.ChainHash)];
        _thawed.TypedValue = [.. changes.Select(change => change.Chunk is { NeedsThawed: true })];
        _sums[0].TypedValue = [.. changes.Select(change => change.DebitsPending)];
        _sums[1].TypedValue = [.. changes.Select(change => change.Debited)];
        _sums[2].TypedValue = [.. changes.Select(change => change.CreditsPending)];
        _sums[3].TypedValue = [.. changes.Select(change => change.Credits)];
        _sums[4].TypedValue = [.. changes.Select(change => (long)change.Debits)];
        _sums[5].TypedValue = [.. changes.Select(change => (long)change.Entries)];
        _chainHashes.TypedValue = [.. changes.Select(change => change.ChainHash)];
    }

    private void FillTransfers(LedgerTransfer[] transfers)
    {
        _debits.TypedValue = [.. transfers.Select(transfer => transfer.DebitAccount)];
        _seqs.TypedValue = [.. transfers.Select(transfer => transfer.Seq)];
        _transfers.TypedValue = [.. transfers.Select(transfer => transfer.Id.Value)];
        _commands.TypedValue = [.. transfers.Select(transfer => transfer.Command.Value)];
        _kinds.TypedValue = [.. transfers.Select(transfer => (short)transfer.Kind)];
        _reasons.TypedValue = [.. transfers.Select(transfer => (short)transfer.Reason)];
        _credits.TypedValue = [.. transfers.Select(transfer => transfer.CreditAccount)];
        _amounts.TypedValue = [.. transfers.Select(transfer => transfer.MinorUnits)];
        _pending.TypedValue = [.. transfers.Select(transfer => LedgerRow.Known(transfer.Pending.Value))];
        _reserved.TypedValue = [.. transfers.Select(transfer => transfer.Pending.IsEmpty ? (long?)null : transfer.Reserved)];
        _expires.TypedValue = [.. transfers.Select(transfer => LedgerRow.Time(transfer.ExpiresAtMs))];
        _references.TypedValue = [.. transfers.Select(transfer => LedgerRow.Known(transfer.Reference))];
        _conversations.TypedValue = [.. transfers.Select(transfer => LedgerRow.Known(transfer.Conversation))];
        _created.TypedValue = [.. transfers.Select(transfer => EntryRow.Utc(transfer.TimeMs))];
        _previousHashes.TypedValue = [.. transfers.Select(transfer => transfer.PreviousHash)];
    }

    private void FillPlaces(List<AccountChanges.TransferSides> sides)
    {
        foreach (NpgsqlParameter<long[]> rest in _rests)
        {
            rest.TypedValue = new long[sides.Count];
        }

        for (int row = 0; row < sides.Count; row++)
        {
            (int debitEntries, _, long debitPosted) = sides[row].Debit.Rest;
            (int creditEntries, int creditDebits, long creditPosted) = sides[row].Credit.Rest;
            _rests[0].TypedValue![row] = debitEntries;
            _rests[1].TypedValue![row] = debitPosted;
            _rests[2].TypedValue![row] = creditEntries;
            _rests[3].TypedValue![row] = creditDebits;
            _rests[4].TypedValue![row] = creditPosted;
        }
    }

    private static NpgsqlParameter<T[]>[] Many<T>(int count, NpgsqlDbType element) =>
        [.. Enumerable.Range(0, count).Select(_ => ArrayParameter.Of<T>(element))];
}
