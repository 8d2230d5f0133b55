using Npgsql;

using XChat.GrainInterfaces.Recovery;
using XChat.Grains.Recovery;
using XChat.Protocol.Recovery;

namespace XChat.Storage.Recovery;

/// <summary>The count of guesses in PostgreSQL. Each call is one statement: the row's lock puts concurrent ones in a row, whoever sends them.</summary>
public sealed class PostgresGuessLedger(RealmDatabases databases) : IGuessLedger
{
    /// <inheritdoc/>
    public async Task<GuessCount?> CountAsync(RecoveryKey key, CountedGuess guess, CancellationToken cancellationToken)
    {
        const string Sql = """
            WITH raised AS (
                UPDATE recovery_record
                SET guess_count = guess_count + 1, last_guess = $3,
                    next_attempt_at = $7 + ($8::interval[])[least(guess_count + 1, cardinality($8::interval[]))]
                WHERE realm_id = $1 AND account_key = $2 AND destroyed_at IS NULL AND guess_count < guess_limit
                  AND ((current_version = $4 AND current_generation = $5) OR (next_version = $4 AND next_generation = $5))
                  AND ($6::uuid IS NOT NULL
                       OR (coalesce(next_attempt_at <= $7, true) AND coalesce(vetoed_until <= $7, true)))
                RETURNING guess_count, next_attempt_at
            ), noted AS (
                INSERT INTO recovery_attempt (realm_id, account_key, at, outcome, device_id)
                SELECT $1, $2, $7, $9, $6 FROM raised
            ), dropped AS (
                DELETE FROM recovery_attempt
                WHERE realm_id = $1 AND account_key = $2 AND position <= (
                    SELECT position FROM recovery_attempt WHERE realm_id = $1 AND account_key = $2 ORDER BY position DESC OFFSET $10 LIMIT 1)
            )
            SELECT guess_count, next_attempt_at FROM raised
            """;

        await using NpgsqlCommand command = CommandFor(Sql, key);
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = guess.Hash });
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = guess.Version });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = guess.Generation });
        command.Parameters.Add(guess.Device == Guid.Empty
            ? new NpgsqlParameter { Value = DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Uuid }
            : new NpgsqlParameter<Guid> { TypedValue = guess.Device });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = guess.At.UtcDateTime });
        command.Parameters.Add(new NpgsqlParameter<TimeSpan[]> { TypedValue = [.. guess.Waits] });
        command.Parameters.Add(new NpgsqlParameter<short> { TypedValue = (short)RecoveryOutcome.Attempted });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = IGuessLedger.AttemptsKept - 1 });
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        return await row.ReadAsync(cancellationToken) ? new GuessCount(row.GetInt32(0), row.GetFieldValue<DateTimeOffset>(1)) : null;
    }

    /// <inheritdoc/>
    public async Task<bool> SettleAsync(RecoveryKey key, byte[] version, int generation, CancellationToken cancellationToken)
    {
        const string Sql = """
            WITH settled AS (
                UPDATE recovery_record
                SET guess_count = 0, last_guess = NULL, next_attempt_at = NULL, vetoed_until = NULL
                WHERE realm_id = $1 AND account_key = $2 AND destroyed_at IS NULL
                  AND ((current_version = $3 AND current_generation = $4) OR (next_version = $3 AND next_generation = $4))
                RETURNING 1
            ), noted AS (
                UPDATE recovery_attempt SET outcome = $5
                WHERE realm_id = $1 AND account_key = $2
                  AND position = (SELECT max(position) FROM recovery_attempt WHERE realm_id = $1 AND account_key = $2)
                  AND EXISTS (SELECT FROM settled)
            )
            SELECT count(*) FROM settled
            """;

        await using NpgsqlCommand command = CommandFor(Sql, key);
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = version });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = generation });
        command.Parameters.Add(new NpgsqlParameter<short> { TypedValue = (short)RecoveryOutcome.Released });
        return await command.ExecuteScalarAsync(cancellationToken) is 1L;
    }

    /// <inheritdoc/>
    public async Task<bool> NoteWrongAsync(RecoveryKey key, byte[] guess, CancellationToken cancellationToken)
    {
        const string Sql = """
            UPDATE recovery_attempt SET outcome = $4
            WHERE realm_id = $1 AND account_key = $2
              AND position = (SELECT max(position) FROM recovery_attempt WHERE realm_id = $1 AND account_key = $2)
              AND EXISTS (SELECT FROM recovery_record WHERE realm_id = $1 AND account_key = $2 AND last_guess = $3)
            """;

        await using NpgsqlCommand command = CommandFor(Sql, key);
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = guess });
        command.Parameters.Add(new NpgsqlParameter<short> { TypedValue = (short)RecoveryOutcome.WrongPin });
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    /// <inheritdoc/>
    public async Task<bool> DestroyAsync(RecoveryKey key, DateTimeOffset now, CancellationToken cancellationToken)
    {
        const string Sql = """
            UPDATE recovery_record
            SET revision = revision + 1, changed_at = $3, destroyed_at = $3, last_guess = NULL,
                current_version = NULL, current_generation = NULL, current_statement = NULL, current_deposit = NULL, current_gate = NULL,
                next_version = NULL, next_generation = NULL, next_statement = NULL, next_deposit = NULL, next_gate = NULL
            WHERE realm_id = $1 AND account_key = $2 AND guess_count >= guess_limit AND destroyed_at IS NULL
            """;

        await using NpgsqlCommand command = CommandFor(Sql, key);
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = now.UtcDateTime });
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    private NpgsqlCommand CommandFor(string sql, RecoveryKey key)
    {
        NpgsqlCommand command = databases.Of(key.Realm).CreateCommand(sql);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = key.Realm });
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = key.AccountKey });
        return command;
    }
}
