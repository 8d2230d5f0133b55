using Npgsql;

using NpgsqlTypes;

using XChat.Grains.Wallets;
using XChat.Storage.GroupCommit;

namespace XChat.Storage.Wallets;

/// <summary>Keeps the open pending transfers.</summary>
internal sealed class PendingStatements
{
    private const string OpenSql = $"""
        INSERT INTO ledger_pending (transfer_id, debit_account, credit_account, amount, reason, reference, expires_at, due_at)
        SELECT p.transfer_id, ($2)[p.i], ($3)[p.i], ($4)[p.i], ($5)[p.i], nullif(($6)[p.i], {LedgerRow.NoId}), ($7)[p.i], ($7)[p.i]
        FROM (SELECT n.transfer_id, n.place::integer AS i FROM unnest($1) WITH ORDINALITY AS n(transfer_id, place)) AS p
        """;

    private const string EndSql = """
        WITH ended AS (DELETE FROM ledger_pending WHERE transfer_id = ANY ($1) RETURNING 1)
        SELECT ledger_require((SELECT count(*) FROM ended) = cardinality($1))
        """;

    private readonly Column<Guid> _transfers = new(NpgsqlDbType.Uuid);
    private readonly Column<Guid> _debits = new(NpgsqlDbType.Uuid);
    private readonly Column<Guid> _credits = new(NpgsqlDbType.Uuid);
    private readonly Column<long> _amounts = new(NpgsqlDbType.Bigint);
    private readonly Column<short> _reasons = new(NpgsqlDbType.Smallint);
    private readonly Column<Guid> _references = new(NpgsqlDbType.Uuid, Guid.Empty);
    private readonly Column<long> _expires = new(NpgsqlDbType.TimestampTz);
    private readonly Column<Guid> _ended = new(NpgsqlDbType.Uuid);
    private readonly RowStatement _open;
    private readonly RowStatement _end;

    public PendingStatements()
    {
        _open = new RowStatement(OpenSql, _transfers, _debits, _credits, _amounts, _reasons, _references, _expires);
        _end = new RowStatement(EndSql, _ended);
    }

    public NpgsqlBatchCommand Open(IReadOnlyList<LedgerTransfer> opened)
    {
        _open.Clear();
        foreach (LedgerTransfer transfer in opened)
        {
            _transfers.Add(transfer.Id.Value);
            _debits.Add(transfer.DebitAccount);
            _credits.Add(transfer.CreditAccount);
            _amounts.Add(transfer.MinorUnits);
            _reasons.Add((short)transfer.Reason);
            _references.Add(transfer.Reference);
            _expires.Add(LedgerRow.Micros(transfer.ExpiresAtMs));
        }

        return _open.Command;
    }

    /// <summary>Each has to be open still.</summary>
    public NpgsqlBatchCommand End(IReadOnlyList<LedgerTransfer> ended)
    {
        _end.Clear();
        foreach (LedgerTransfer transfer in ended)
        {
            _ended.Add(transfer.Pending.Value);
        }

        return _end.Command;
    }
}
