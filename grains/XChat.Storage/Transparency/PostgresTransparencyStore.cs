using Npgsql;

using XChat.Grains.Transparency;
using XChat.Protocol.Accounts;

namespace XChat.Storage.Transparency;

/// <summary>The key log in PostgreSQL. A trigger on the accounts fills the queue, in the transaction that changes an account.</summary>
public sealed class PostgresTransparencyStore(NpgsqlDataSource database) : ITransparencyStore
{
    /// <inheritdoc/>
    public async Task<StoredLogHead?> LoadHeadAsync(CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = database.CreateCommand("SELECT size, signed_head FROM key_log_head WHERE signed_head IS NOT NULL");
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        return await row.ReadAsync(cancellationToken) ? new StoredLogHead(row.GetInt64(0), row.GetFieldValue<byte[]>(1)) : null;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<byte[]>> ReadAsync(long from, int limit, CancellationToken cancellationToken)
    {
        const string Sql = "SELECT statement FROM key_log_entry WHERE index >= $1 ORDER BY index LIMIT $2";

        await using NpgsqlCommand command = database.CreateCommand(Sql);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = from });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        List<byte[]> statements = [];
        await using NpgsqlDataReader rows = await command.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            statements.Add(rows.GetFieldValue<byte[]>(0));
        }

        return statements;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<PendingStatement>> ReadPendingAsync(int limit, CancellationToken cancellationToken)
    {
        const string Sql = """
            SELECT position, user_id, label, version, account_key, device_list_hash, key_succession
            FROM key_log_pending ORDER BY position LIMIT $1
            """;

        await using NpgsqlCommand command = database.CreateCommand(Sql);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        List<PendingStatement> pending = [];
        await using NpgsqlDataReader rows = await command.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            pending.Add(new PendingStatement(
                rows.GetInt64(0), new UserId(rows.GetGuid(1)), rows.GetString(2), rows.GetInt64(3),
                rows.GetFieldValue<byte[]>(4), rows.GetFieldValue<byte[]>(5), rows.IsDBNull(6) ? null : rows.GetFieldValue<byte[]>(6)));
        }

        return pending;
    }

    /// <inheritdoc/>
    public async Task<bool> AppendAsync(LogBatch batch, CancellationToken cancellationToken)
    {
        // The first part locks the one row and lets one writer of each size through; the rest happens with it or not at all.
        const string Sql = """
            WITH fence AS (UPDATE key_log_head SET size = $2, signed_head = $3 WHERE size = $1 RETURNING size),
            appended AS (
                INSERT INTO key_log_entry (index, label, version, statement)
                SELECT $1 + place - 1, label, version, statement
                FROM unnest($4, $5, $6) WITH ORDINALITY AS new (label, version, statement, place)
                WHERE EXISTS (SELECT FROM fence)),
            settled AS (DELETE FROM key_log_pending WHERE position = ANY ($7) AND EXISTS (SELECT FROM fence))
            SELECT EXISTS (SELECT FROM fence)
            """;

        await using NpgsqlCommand command = database.CreateCommand(Sql);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = batch.FromSize });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = batch.Head.Size });
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = batch.Head.SignedHead });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. batch.Statements.Select(statement => statement.Label)] });
        command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. batch.Statements.Select(statement => statement.Version)] });
        command.Parameters.Add(new NpgsqlParameter<byte[][]> { TypedValue = [.. batch.Statements.Select(statement => statement.Statement)] });
        command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. batch.Settled] });
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<StoredLogKey>> LoadKeysAsync(CancellationToken cancellationToken)
    {
        const string Sql = "SELECT number, seed, public_key, endorsement FROM key_log_signing_key ORDER BY number";

        await using NpgsqlCommand command = database.CreateCommand(Sql);
        List<StoredLogKey> keys = [];
        await using NpgsqlDataReader rows = await command.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            keys.Add(new StoredLogKey(
                rows.GetInt32(0), rows.GetFieldValue<byte[]>(1), rows.GetFieldValue<byte[]>(2), rows.GetFieldValue<byte[]>(3)));
        }

        return keys;
    }

    /// <inheritdoc/>
    public async Task AddKeyAsync(StoredLogKey key, CancellationToken cancellationToken)
    {
        const string Sql = """
            INSERT INTO key_log_signing_key (number, seed, public_key, endorsement) VALUES ($1, $2, $3, $4) ON CONFLICT (number) DO NOTHING
            """;

        await using NpgsqlCommand command = database.CreateCommand(Sql);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = key.Number });
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = key.Seed });
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = key.PublicKey });
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = key.Endorsement });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
