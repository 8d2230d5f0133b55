using Npgsql;

namespace XChat.Storage.Migrations;

/// <summary>
/// Brings a database forward to the schema of this binary. Every silo calls it at start; the first one works, the others wait for it
/// and find nothing left to do.
/// </summary>
public sealed class MigrationRunner(NpgsqlDataSource database, IReadOnlyList<Migration>? migrations = null)
{
    /// <summary>Any number will do, as long as no other use of advisory locks in this database has the same.</summary>
    private const long AdvisoryLock = 0x58_43_68_61_74_4D_69_67;

    private readonly IReadOnlyList<Migration> _migrations = migrations ?? Migration.All;

    /// <summary>Applies what is missing, in order, each migration in its own transaction. Returns how many were applied.</summary>
    /// <exception cref="MigrationException">A migration failed, was changed after it was applied, or is unknown to this binary.</exception>
    public async Task<int> ApplyAsync(CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellationToken);
        await DatabaseRequirements.RefuseOldServerAsync(connection, cancellationToken);

        await ExecuteAsync(connection, $"SELECT pg_advisory_lock({AdvisoryLock})", cancellationToken);
        try
        {
            return await ApplyLockedAsync(connection, cancellationToken);
        }
        finally
        {
            // The connection goes back to the pool, so the lock has to be given up by hand; a broken connection has lost it anyway.
            if (connection.FullState == System.Data.ConnectionState.Open)
            {
                await ExecuteAsync(connection, $"SELECT pg_advisory_unlock({AdvisoryLock})", CancellationToken.None);
            }
        }
    }

    /// <summary>How many the database lacks. Changes nothing.</summary>
    /// <exception cref="MigrationException">One was changed after it was applied, or a newer binary took away what this one uses.</exception>
    public async Task<int> CountMissingAsync(CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellationToken);
        return (await FindMissingAsync(connection, cancellationToken)).Length;
    }

    private async Task<int> ApplyLockedAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        const string CreateRecordSql = """
            CREATE TABLE IF NOT EXISTS schema_migration (
                number     integer     PRIMARY KEY CHECK (number > 0),
                name       text        NOT NULL,
                sha256     text        NOT NULL,
                applied_at timestamptz NOT NULL DEFAULT now()
            );
            ALTER TABLE schema_migration ADD COLUMN IF NOT EXISTS oldest_reader integer NOT NULL DEFAULT 0;
            """;

        Migration[] missing = await FindMissingAsync(connection, cancellationToken);
        if (missing.Length > 0)
        {
            await ExecuteAsync(connection, CreateRecordSql, cancellationToken);
        }

        foreach (Migration migration in missing)
        {
            await ApplyOneAsync(connection, migration, cancellationToken);
        }

        return missing.Length;
    }

    private async Task<Migration[]> FindMissingAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        List<Applied> applied = await ReadAppliedAsync(connection, cancellationToken);
        List<Applied> known = [.. applied.Where(one => one.Number <= _migrations[^1].Number)];
        RefuseForeignHistory(known);
        RefuseNewerContracts(applied[known.Count..]);
        return [.. _migrations.Skip(known.Count)];
    }

    /// <summary>
    /// A newer version may have brought the schema further; this one goes on with it, as in a rolling upgrade or back from one, unless something was taken
    /// away that it uses.
    /// </summary>
    private void RefuseNewerContracts(List<Applied> newer)
    {
        if (newer.Find(one => one.OldestReader > _migrations[^1].Number) is { } contract)
        {
            throw new MigrationException(
                $"The database is newer than this binary: migration {contract.Number:0000}_{contract.Name} took away what binaries before "
                + $"{contract.OldestReader:0000} use, and this one ends at {_migrations[^1].Number:0000}. "
                + "Start the newer binary, or restore the backup from before the upgrade.");
        }
    }

    private void RefuseForeignHistory(List<Applied> applied)
    {
        foreach (((int number, string name, string sha256, _), Migration migration) in applied.Zip(_migrations))
        {
            if (number != migration.Number || name != migration.Name || sha256 != migration.Sha256)
            {
                throw new MigrationException(
                    $"Migration {migration.Number:0000}_{migration.Name} differs from {number:0000}_{name}, which this database has applied. "
                    + "An applied migration is never edited: undo the edit and add a new migration instead.");
            }
        }
    }

    private static async Task<List<Applied>> ReadAppliedAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        // Binaries from before the column wrote records without it.
        const string Sql = """
            SELECT number, name, sha256, coalesce((to_jsonb(m) ->> 'oldest_reader')::integer, 0) FROM schema_migration AS m ORDER BY number
            """;

        List<Applied> applied = [];
        await using NpgsqlCommand exists = new("SELECT to_regclass('schema_migration') IS NOT NULL", connection);
        if (await exists.ExecuteScalarAsync(cancellationToken) is not true)
        {
            return applied;
        }

        await using NpgsqlCommand read = new(Sql, connection);
        await using NpgsqlDataReader rows = await read.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            applied.Add(new Applied(rows.GetInt32(0), rows.GetString(1), rows.GetString(2), rows.GetInt32(3)));
        }

        return applied;
    }

    private static async Task ApplyOneAsync(NpgsqlConnection connection, Migration migration, CancellationToken cancellationToken)
    {
        const string RecordSql = "INSERT INTO schema_migration (number, name, sha256, oldest_reader) VALUES ($1, $2, $3, $4)";

        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        try
        {
            await ExecuteAsync(connection, migration.Sql, cancellationToken);
        }
        catch (PostgresException failure)
        {
            throw new MigrationException(
                $"Migration {migration.Number:0000}_{migration.Name} failed and was rolled back: {failure.MessageText} ({failure.SqlState}).", failure);
        }

        await using NpgsqlCommand record = new(RecordSql, connection, transaction)
        {
            Parameters =
            {
                new NpgsqlParameter<int> { TypedValue = migration.Number },
                new NpgsqlParameter<string> { TypedValue = migration.Name },
                new NpgsqlParameter<string> { TypedValue = migration.Sha256 },
                new NpgsqlParameter<int> { TypedValue = migration.OldestReader },
            },
        };
        await record.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        // A migration of a large table, or the wait for another silo that runs one, takes as long as it takes.
        await using NpgsqlCommand command = new(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>A migration that a database has, as its record says.</summary>
    private sealed record Applied(int Number, string Name, string Sha256, int OldestReader);
}
