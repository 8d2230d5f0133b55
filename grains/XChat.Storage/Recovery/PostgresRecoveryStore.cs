using Npgsql;

using NpgsqlTypes;

using XChat.GrainInterfaces.Recovery;
using XChat.Grains.Recovery;
using XChat.Protocol.Recovery;

namespace XChat.Storage.Recovery;

/// <summary>The records of realms in PostgreSQL.</summary>
public sealed class PostgresRecoveryStore(RealmDatabases databases) : IRecoveryStore
{
    /// <inheritdoc/>
    public async Task<StoredRecovery?> LoadAsync(RecoveryKey key, CancellationToken cancellationToken)
    {
        const string Sql = """
            SELECT revision, list_version, guess_count, guess_limit, last_guess, next_attempt_at, vetoed_until, destroyed_at IS NOT NULL,
                   current_version, current_generation, current_statement, current_deposit, current_gate,
                   next_version, next_generation, next_statement, next_deposit, next_gate
            FROM recovery_record WHERE realm_id = $1 AND account_key = $2
            """;

        await using NpgsqlCommand command = CommandFor(Sql, key);
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        return await row.ReadAsync(cancellationToken)
            ? new StoredRecovery(
                row.GetInt64(0), Slot(row, 8), Slot(row, 13), row.GetInt64(1), row.GetInt32(2), row.GetInt32(3), Bytes(row, 4), Time(row, 5), Time(row, 6),
                row.GetBoolean(7))
            : null;
    }

    /// <inheritdoc/>
    public async Task<bool> WriteAsync(
        RecoveryKey key, long revision, RecoveryWrite write, DateTimeOffset now, CancellationToken cancellationToken)
    {
        const string InsertSql = """
            INSERT INTO recovery_record (
                realm_id, account_key, revision, changed_at, guess_limit,
                current_version, current_generation, current_statement, current_deposit, current_gate,
                next_version, next_generation, next_statement, next_deposit, next_gate)
            SELECT $1, $2, 1, $4, $5, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16 WHERE $3 = 0 AND $6 IS NOT NULL
            ON CONFLICT DO NOTHING
            """;
        const string FencedUpdateSql = """
            UPDATE recovery_record
            SET revision = revision + 1, changed_at = $4,
                guess_limit = CASE WHEN $6 THEN $5 ELSE guess_limit END,
                guess_count = CASE WHEN $6 THEN 0 ELSE guess_count END,
                last_guess = CASE WHEN $6 THEN NULL ELSE last_guess END,
                next_attempt_at = CASE WHEN $6 THEN NULL ELSE next_attempt_at END,
                vetoed_until = CASE WHEN $6 THEN NULL ELSE vetoed_until END,
                destroyed_at = CASE WHEN $7::bytea IS NOT NULL OR $12::bytea IS NOT NULL THEN NULL ELSE destroyed_at END,
                current_version = $7, current_generation = $8, current_statement = $9, current_deposit = $10, current_gate = $11,
                next_version = $12, next_generation = $13, next_statement = $14, next_deposit = $15, next_gate = $16
            WHERE realm_id = $1 AND account_key = $2 AND revision = $3
            """;

        await using NpgsqlCommand command = CommandFor(revision == 0 ? InsertSql : FencedUpdateSql, key);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = revision });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = now.UtcDateTime });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = write.GuessLimit });
        command.Parameters.Add(new NpgsqlParameter<bool> { TypedValue = write.ResetGuesses });
        AddSlot(command, write.Current);
        AddSlot(command, write.Next);
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    /// <inheritdoc/>
    public async Task RaiseAsync(RecoveryKey key, DateTimeOffset? vetoedUntil, long listVersion, CancellationToken cancellationToken)
    {
        const string Sql = """
            UPDATE recovery_record
            SET list_version = greatest(list_version, $3), vetoed_until = greatest(vetoed_until, $4)
            WHERE realm_id = $1 AND account_key = $2 AND (list_version < $3 OR $4 IS NOT NULL)
            """;

        await using NpgsqlCommand command = CommandFor(Sql, key);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = listVersion });
        command.Parameters.Add(Nullable(vetoedUntil?.UtcDateTime, NpgsqlDbType.TimestampTz));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<StoredAttempt>> AttemptsAsync(RecoveryKey key, int limit, CancellationToken cancellationToken)
    {
        const string Sql = """
            SELECT position, at, outcome, device_id FROM recovery_attempt
            WHERE realm_id = $1 AND account_key = $2 ORDER BY position DESC LIMIT $3
            """;

        List<StoredAttempt> attempts = [];
        await using NpgsqlCommand command = CommandFor(Sql, key);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
        {
            attempts.Add(new StoredAttempt(
                row.GetInt64(0), row.GetFieldValue<DateTimeOffset>(1), (RecoveryOutcome)row.GetInt16(2), row.IsDBNull(3) ? Guid.Empty : row.GetGuid(3)));
        }

        return attempts;
    }

    private NpgsqlCommand CommandFor(string sql, RecoveryKey key)
    {
        NpgsqlCommand command = databases.Of(key.Realm).CreateCommand(sql);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = key.Realm });
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = key.AccountKey });
        return command;
    }

    private static void AddSlot(NpgsqlCommand command, StoredSlot? slot)
    {
        command.Parameters.Add(Nullable(slot?.Version, NpgsqlDbType.Bytea));
        command.Parameters.Add(Nullable(slot?.Generation, NpgsqlDbType.Integer));
        command.Parameters.Add(Nullable(slot?.Statement, NpgsqlDbType.Bytea));
        command.Parameters.Add(Nullable(slot?.SealedDeposit, NpgsqlDbType.Bytea));
        command.Parameters.Add(Nullable(slot?.Gate, NpgsqlDbType.Bytea));
    }

    private static NpgsqlParameter Nullable(object? value, NpgsqlDbType type) => new() { Value = value ?? DBNull.Value, NpgsqlDbType = type };

    private static StoredSlot? Slot(NpgsqlDataReader row, int first) => row.IsDBNull(first)
        ? null
        : new StoredSlot(
            row.GetFieldValue<byte[]>(first), row.GetInt32(first + 1), row.GetFieldValue<byte[]>(first + 2), row.GetFieldValue<byte[]>(first + 3),
            Bytes(row, first + 4));

    private static byte[]? Bytes(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetFieldValue<byte[]>(column);

    private static DateTimeOffset? Time(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetFieldValue<DateTimeOffset>(column);
}
