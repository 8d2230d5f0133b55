using Npgsql;

using XChat.GrainInterfaces.Wallets;
using XChat.Grains.Wallets.Rails;
using XChat.Protocol.Accounts;
using XChat.Protocol.Wallets;
using XChat.Storage.Conversations;

namespace XChat.Storage.Wallets;

/// <summary>Payments over rails in PostgreSQL. Every write states the version that it is based on.</summary>
public sealed class PostgresRailPaymentStore(NpgsqlDataSource database) : IRailPaymentStore
{
    /// <inheritdoc/>
    public async Task<StoredRailPayment?> LoadAsync(Guid payment, CancellationToken cancellationToken)
    {
        const string Sql = """
            SELECT rail, user_id, kind, currency, amount, destination, order_hash, created_at, stage, reference, instruction, failure, returned, ledger,
                refusal, reversed, owed, contradicted, version, changed_at
            FROM rail_payment WHERE payment_id = $1
            """;

        await using NpgsqlCommand command = database.CreateCommand(Sql);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = payment });
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        return await row.ReadAsync(cancellationToken) ? Read(payment, row) : null;
    }

    /// <inheritdoc/>
    public async Task<bool> CreateAsync(StoredRailPayment payment, DateTimeOffset dueAt, CancellationToken cancellationToken)
    {
        const string Sql = """
            INSERT INTO rail_payment (
                payment_id, rail, user_id, kind, currency, amount, destination, order_hash, created_at, stage, reference, instruction, failure, returned,
                ledger, refusal, reversed, owed, contradicted, version, changed_at, due_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, '', '', '', 0, 0, 0, 0, 0, false, $10, $9, $11)
            ON CONFLICT (payment_id) DO NOTHING
            """;

        await using NpgsqlCommand command = database.CreateCommand(Sql);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = payment.Payment });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = payment.Rail });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = payment.User.Value });
        command.Parameters.Add(new NpgsqlParameter<short> { TypedValue = (short)payment.Kind });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = payment.Currency.Code });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = payment.MinorUnits });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = payment.Destination });
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = payment.OrderHash });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = EntryRow.Utc(payment.CreatedAtMs) });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = payment.Version });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = dueAt.UtcDateTime });
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    /// <inheritdoc/>
    public async Task<bool> UpdateAsync(StoredRailPayment payment, DateTimeOffset? dueAt, CancellationToken cancellationToken)
    {
        const string Sql = """
            UPDATE rail_payment
            SET stage = $3, reference = $4, instruction = $5, failure = $6, returned = $7, ledger = $8, refusal = $9, reversed = $10, owed = $11,
                contradicted = $12, version = $2, changed_at = $13, due_at = $14
            WHERE payment_id = $1 AND version = $2 - 1
            """;

        await using NpgsqlCommand command = database.CreateCommand(Sql);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = payment.Payment });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = payment.Version });
        command.Parameters.Add(new NpgsqlParameter<short> { TypedValue = (short)payment.Stage });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = payment.Reference });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = payment.Instruction });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = payment.Failure });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = payment.Returned });
        command.Parameters.Add(new NpgsqlParameter<short> { TypedValue = (short)payment.Ledger });
        command.Parameters.Add(new NpgsqlParameter<short> { TypedValue = (short)payment.Refusal });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = payment.Reversed });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = payment.Owed });
        command.Parameters.Add(new NpgsqlParameter<bool> { TypedValue = payment.Contradicted });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = EntryRow.Utc(payment.ChangedAtMs) });
        command.Parameters.Add(DueRows.At(dueAt));
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<Guid>> TakeDueAsync(DateTimeOffset now, DateTimeOffset leaseUntil, int limit, CancellationToken cancellationToken)
    {
        const string Sql = """
            WITH due AS (
                SELECT payment_id FROM rail_payment
                WHERE due_at <= $1
                ORDER BY due_at
                LIMIT $3
                FOR UPDATE SKIP LOCKED)
            UPDATE rail_payment AS p SET due_at = $2 FROM due WHERE p.payment_id = due.payment_id
            RETURNING p.payment_id
            """;

        return DueRows.TakeAsync(database, Sql, now, leaseUntil, limit, cancellationToken);
    }

    private static StoredRailPayment Read(Guid payment, NpgsqlDataReader row) => new()
    {
        Payment = payment,
        Rail = row.GetString(0),
        User = new UserId(row.GetGuid(1)),
        Kind = (RailPaymentKind)row.GetInt16(2),
        Currency = new Currency(row.GetString(3)),
        MinorUnits = row.GetInt64(4),
        Destination = row.GetString(5),
        OrderHash = row.GetFieldValue<byte[]>(6),
        CreatedAtMs = EntryRow.UnixMs(row.GetDateTime(7)),
        Stage = (RailStage)row.GetInt16(8),
        Reference = row.GetString(9),
        Instruction = row.GetString(10),
        Failure = row.GetString(11),
        Returned = row.GetInt64(12),
        Ledger = (RailLedgerStage)row.GetInt16(13),
        Refusal = (WalletStatus)row.GetInt16(14),
        Reversed = row.GetInt64(15),
        Owed = row.GetInt64(16),
        Contradicted = row.GetBoolean(17),
        Version = row.GetInt64(18),
        ChangedAtMs = EntryRow.UnixMs(row.GetDateTime(19)),
    };
}
