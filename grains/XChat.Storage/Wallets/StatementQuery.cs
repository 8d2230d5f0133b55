using Npgsql;

using NpgsqlTypes;

using XChat.GrainInterfaces.Wallets;
using XChat.Protocol;
using XChat.Protocol.Wallets;
using XChat.Storage.Conversations;

namespace XChat.Storage.Wallets;

/// <summary>Reads pages of a statement from the two sides of the account, however long it is.</summary>
internal static class StatementQuery
{
    /// <summary>
    /// Entries that one call looks through at most when a filter leaves most of them out: some milliseconds. An index for each filter would cost every
    /// transfer more than it would save those who read.
    /// </summary>
    private const int Stretch = 2_000;

    // Who asks for one direction gets that side alone. The entries before any place are credits and debits. The last credit before it says how many
    // debits the account had then; every entry between that credit and the place is a debit. So the debits before the place
    // are found by their seq, with no index on their entries.
    private const string Sql = """
        WITH edge AS (
            SELECT coalesce(max(e.credit_seq + ($2 - 1 - e.credit_entry)), $2 - 1) AS seq
            FROM (
                SELECT t.credit_seq, t.credit_entry FROM ledger_transfer AS t
                WHERE t.credit_account = $1 AND t.credit_entry < $2
                ORDER BY t.credit_entry DESC LIMIT 1) AS e),
        side AS (
            (SELECT true AS debit, t.debit_entry AS entry, t.debit_balance AS balance, t.credit_account AS other, t.*
             FROM ledger_transfer AS t
             WHERE t.debit_account = $1 AND t.seq <= (SELECT seq FROM edge) AND coalesce($7::boolean, true)
             ORDER BY t.seq DESC LIMIT $3)
            UNION ALL
            (SELECT false, t.credit_entry, t.credit_balance, t.debit_account, t.*
             FROM ledger_transfer AS t
             WHERE t.credit_account = $1 AND t.credit_entry < $2 AND NOT coalesce($7::boolean, false)
             ORDER BY t.credit_entry DESC LIMIT $3)
            ORDER BY entry DESC LIMIT $3),
        wanted AS (
            SELECT s.* FROM side AS s
            WHERE ($4::timestamptz IS NULL OR s.created_at >= $4) AND ($5::timestamptz IS NULL OR s.created_at < $5)
                AND ($6::smallint = 0 OR s.reason = $6)
            ORDER BY s.entry DESC LIMIT $8)
        SELECT w.entry, w.transfer_id, w.debit, w.kind, w.reason, w.amount, w.balance, o.kind, o.owner_id, w.created_at, w.expires_at, w.pending_id,
            w.reference, (SELECT min(s.entry) FROM side AS s)
        FROM wanted AS w
        JOIN ledger_account AS o ON o.account_id = w.other
        UNION ALL
        SELECT NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, (SELECT min(s.entry) FROM side AS s)
        ORDER BY 1 DESC NULLS LAST
        """;

    public static async Task<StatementPage> RunAsync(
        NpgsqlDataSource database, Guid account, ReadStatement request, CancellationToken cancellationToken)
    {
        int limit = Math.Clamp(request.Limit, 1, Limits.StatementEntriesPerPage);
        StatementFilter filter = request.Filter;
        await using NpgsqlCommand command = database.CreateCommand(Sql);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = account });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = request.Before <= 0 ? long.MaxValue / 2 : request.Before });
        bool picks = filter with { Direction = StatementDirection.Both } != StatementFilter.None;
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = picks ? Stretch : limit });
        command.Parameters.Add(new NpgsqlParameter<DateTime?> { TypedValue = LedgerRow.Time(filter.FromMs), NpgsqlDbType = NpgsqlDbType.TimestampTz });
        command.Parameters.Add(new NpgsqlParameter<DateTime?> { TypedValue = LedgerRow.Time(filter.UntilMs), NpgsqlDbType = NpgsqlDbType.TimestampTz });
        command.Parameters.Add(new NpgsqlParameter<short> { TypedValue = (short)filter.Reason });
        command.Parameters.Add(new NpgsqlParameter<bool?>
        {
            TypedValue = filter.Direction == StatementDirection.Both ? null : filter.Direction == StatementDirection.Out,
            NpgsqlDbType = NpgsqlDbType.Boolean,
        });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        List<StatementEntry> entries = [];
        long last = 0;
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
        {
            last = row.IsDBNull(13) ? 0 : row.GetInt64(13);
            if (!row.IsDBNull(0))
            {
                entries.Add(Read(row));
            }
        }

        // A full page goes on behind its last entry, a page with room behind all that was looked through. The first entry of all has the number 1.
        long reached = entries.Count == limit ? entries[^1].Entry : last;
        return new StatementPage(entries, reached > 1 ? reached : 0);
    }

    private static StatementEntry Read(NpgsqlDataReader row) => new(
        row.GetInt64(0),
        new TransferId(row.GetGuid(1)),
        row.GetBoolean(2),
        (TransferKind)row.GetInt16(3),
        (TransferReason)row.GetInt16(4),
        row.GetInt64(5),
        row.GetInt64(6),
        (WalletKind)row.GetInt16(7),
        row.GetGuid(8),
        EntryRow.UnixMs(row.GetDateTime(9)),
        row.IsDBNull(10) ? 0 : EntryRow.UnixMs(row.GetDateTime(10)),
        new TransferId(row.IsDBNull(11) ? Guid.Empty : row.GetGuid(11)),
        row.IsDBNull(12) ? Guid.Empty : row.GetGuid(12));
}
