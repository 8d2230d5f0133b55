using Npgsql;

using XChat.Grains.Wallets.Disputes;
using XChat.Protocol.Accounts;
using XChat.Protocol.Wallets;
using XChat.Storage.Conversations;

namespace XChat.Storage.Wallets.Disputes;

/// <summary>Disputes in PostgreSQL.</summary>
public sealed class PostgresDisputeStore(NpgsqlDataSource database) : IDisputeStore
{
    private const string Columns = """
        transfer_id, payer_id, payee_id, currency, amount, reason, opened_at, credit_by, decide_by, state, credit, charge, taken_back, attempt, decided_at,
        due_at, version
        """;

    /// <inheritdoc/>
    public async Task<StoredDispute?> FindAsync(TransferId payment, CancellationToken cancellationToken) => (await ReadAsync(
        $"SELECT {Columns} FROM payment_dispute WHERE transfer_id = $1", [new NpgsqlParameter<Guid> { TypedValue = payment.Value }], cancellationToken))
        .SingleOrDefault();

    /// <inheritdoc/>
    public async Task<bool> TrySaveAsync(StoredDispute dispute, CancellationToken cancellationToken)
    {
        const string Sql = $"""
            INSERT INTO payment_dispute AS d ({Columns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
            ON CONFLICT (transfer_id) DO UPDATE SET
                state = excluded.state, credit = excluded.credit, charge = excluded.charge, taken_back = excluded.taken_back, attempt = excluded.attempt,
                decided_at = excluded.decided_at, due_at = excluded.due_at, version = excluded.version
            WHERE d.version = excluded.version - 1
            """;

        await using NpgsqlCommand save = database.CreateCommand(Sql);
        save.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = dispute.Transfer.Value });
        save.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = dispute.Payer.Value });
        save.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = dispute.Payee.Value });
        save.Parameters.Add(new NpgsqlParameter<string> { TypedValue = dispute.Currency.Code });
        save.Parameters.Add(new NpgsqlParameter<long> { TypedValue = dispute.MinorUnits });
        save.Parameters.Add(new NpgsqlParameter<string> { TypedValue = dispute.Reason });
        save.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = EntryRow.Utc(dispute.OpenedAtMs) });
        save.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = EntryRow.Utc(dispute.CreditByMs) });
        save.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = EntryRow.Utc(dispute.DecideByMs) });
        save.Parameters.Add(new NpgsqlParameter<short> { TypedValue = (short)dispute.State });
        save.Parameters.Add(new NpgsqlParameter<short> { TypedValue = (short)dispute.Credit });
        save.Parameters.Add(new NpgsqlParameter<short> { TypedValue = (short)dispute.Charge });
        save.Parameters.Add(new NpgsqlParameter<short> { TypedValue = (short)dispute.TakenBack });
        save.Parameters.Add(new NpgsqlParameter<int> { TypedValue = dispute.Attempt });
        save.Parameters.Add(new NpgsqlParameter<DateTime?> { TypedValue = LedgerRow.Time(dispute.DecidedAtMs) });
        save.Parameters.Add(new NpgsqlParameter<DateTime?> { TypedValue = LedgerRow.Time(dispute.DueAtMs) });
        save.Parameters.Add(new NpgsqlParameter<long> { TypedValue = dispute.Version });
        return await save.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<TransferId>> TakeDueAsync(
        DateTimeOffset now, DateTimeOffset leaseUntil, int limit, CancellationToken cancellationToken)
    {
        const string Sql = """
            UPDATE payment_dispute SET due_at = $2
            WHERE transfer_id IN (
                SELECT transfer_id FROM payment_dispute WHERE due_at <= $1 ORDER BY due_at LIMIT $3 FOR UPDATE SKIP LOCKED)
            RETURNING transfer_id
            """;

        return [.. (await DueRows.TakeAsync(database, Sql, now, leaseUntil, limit, cancellationToken)).Select(id => new TransferId(id))];
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<StoredDispute>> ListAsync(bool openOnly, int limit, CancellationToken cancellationToken) => await ReadAsync(
        $"SELECT {Columns} FROM payment_dispute WHERE state = 1 OR NOT $1 ORDER BY opened_at, transfer_id LIMIT $2",
        [new NpgsqlParameter<bool> { TypedValue = openOnly }, new NpgsqlParameter<int> { TypedValue = limit }],
        cancellationToken);

    private async Task<List<StoredDispute>> ReadAsync(string sql, NpgsqlParameter[] parameters, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = database.CreateCommand(sql);
        command.Parameters.AddRange(parameters);
        List<StoredDispute> disputes = [];
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
        {
            disputes.Add(new StoredDispute(
                new TransferId(row.GetGuid(0)),
                new UserId(row.GetGuid(1)),
                new UserId(row.GetGuid(2)),
                new Currency(row.GetString(3)),
                row.GetInt64(4),
                row.GetString(5),
                EntryRow.UnixMs(row.GetDateTime(6)),
                EntryRow.UnixMs(row.GetDateTime(7)),
                EntryRow.UnixMs(row.GetDateTime(8)))
            {
                State = (DisputeState)row.GetInt16(9),
                Credit = (DisputeStep)row.GetInt16(10),
                Charge = (DisputeStep)row.GetInt16(11),
                TakenBack = (DisputeStep)row.GetInt16(12),
                Attempt = row.GetInt32(13),
                DecidedAtMs = row.IsDBNull(14) ? 0 : EntryRow.UnixMs(row.GetDateTime(14)),
                DueAtMs = row.IsDBNull(15) ? 0 : EntryRow.UnixMs(row.GetDateTime(15)),
                Version = row.GetInt64(16),
            });
        }

        return disputes;
    }
}
