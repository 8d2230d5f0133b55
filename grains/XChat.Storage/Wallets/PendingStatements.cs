using Npgsql;

using NpgsqlTypes;

using XChat.Grains.Wallets;
using XChat.Storage.Conversations;
using XChat.Storage.GroupCommit;

namespace XChat.Storage.Wallets;

/// <summary>Keeps the open pending transfers.</summary>
internal sealed class PendingStatements
{
    private const string OpenSql = """
        INSERT INTO ledger_pending (transfer_id, debit_account, credit_account, amount, reason, reference, expires_at, due_at)
        SELECT p.transfer_id, p.debit_account, p.credit_account, p.amount, p.reason, p.reference, p.expires_at, p.expires_at
        FROM unnest($1, $2, $3, $4, $5, $6, $7) AS p(transfer_id, debit_account, credit_account, amount, reason, reference, expires_at)
        """;

    private const string EndSql = """
        WITH ended AS (DELETE FROM ledger_pending WHERE transfer_id = ANY ($1) RETURNING 1)
        SELECT ledger_require((SELECT count(*) FROM ended) = cardinality($1))
        """;

    private readonly NpgsqlParameter<Guid[]> _transfers = ArrayParameter.Of<Guid>(NpgsqlDbType.Uuid);
    private readonly NpgsqlParameter<Guid[]> _debits = ArrayParameter.Of<Guid>(NpgsqlDbType.Uuid);
    private readonly NpgsqlParameter<Guid[]> _credits = ArrayParameter.Of<Guid>(NpgsqlDbType.Uuid);
    private readonly NpgsqlParameter<long[]> _amounts = ArrayParameter.Of<long>(NpgsqlDbType.Bigint);
    private readonly NpgsqlParameter<short[]> _reasons = ArrayParameter.Of<short>(NpgsqlDbType.Smallint);
    private readonly NpgsqlParameter<Guid?[]> _references = ArrayParameter.Of<Guid?>(NpgsqlDbType.Uuid);
    private readonly NpgsqlParameter<DateTime[]> _expires = ArrayParameter.Of<DateTime>(NpgsqlDbType.TimestampTz);
    private readonly NpgsqlParameter<Guid[]> _ended = ArrayParameter.Of<Guid>(NpgsqlDbType.Uuid);
    private readonly NpgsqlBatchCommand _open;
    private readonly NpgsqlBatchCommand _end;

    public PendingStatements()
    {
        _open = new NpgsqlBatchCommand(OpenSql) { Parameters = { _transfers, _debits, _credits, _amounts, _reasons, _references, _expires } };
        _end = new NpgsqlBatchCommand(EndSql) { Parameters = { _ended } };
    }

    public NpgsqlBatchCommand Open(LedgerTransfer[] opened)
    {
        _transfers.TypedValue = [.. opened.Select(transfer => transfer.Id.Value)];
        _debits.TypedValue = [.. opened.Select(transfer => transfer.DebitAccount)];
        _credits.TypedValue = [.. opened.Select(transfer => transfer.CreditAccount)];
        _amounts.TypedValue = [.. opened.Select(transfer => transfer.MinorUnits)];
        _reasons.TypedValue = [.. opened.Select(transfer => (short)transfer.Reason)];
        _references.TypedValue = [.. opened.Select(transfer => LedgerRow.Known(transfer.Reference))];
        _expires.TypedValue = [.. opened.Select(transfer => EntryRow.Utc(transfer.ExpiresAtMs))];
        return _open;
    }

    /// <summary>Each has to be open still.</summary>
    public NpgsqlBatchCommand End(LedgerTransfer[] ended)
    {
        _ended.TypedValue = [.. ended.Select(transfer => transfer.Pending.Value)];
        return _end;
    }
}
