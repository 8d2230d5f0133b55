using System.Globalization;

using Npgsql;

namespace XChat.Storage.Diagnosis;

/// <summary>A silo as the cluster's list has it.</summary>
/// <param name="Address">Its address and port.</param>
/// <param name="Active">Whether it counts as a member.</param>
/// <param name="SaidAlive">When it last wrote that it lives, by its own clock.</param>
public sealed record ListedSilo(string Address, bool Active, DateTimeOffset SaidAlive);

/// <summary>A key that signs heads of the key log.</summary>
public sealed record SigningKeyAge(int Number, DateTimeOffset CreatedAt);

/// <summary>What waits to be worked off.</summary>
/// <param name="Name">The queue.</param>
/// <param name="Waiting">Rows in it.</param>
public sealed record Backlog(string Name, long Waiting);

/// <summary>Looks into a database for those who keep it well. It only reads.</summary>
public sealed class DatabaseDiagnosis(NpgsqlDataSource database)
{
    /// <summary>The server's clock.</summary>
    public async Task<DateTimeOffset> ReadClockAsync(CancellationToken cancellationToken) =>
        new((DateTime)await ScalarAsync("SELECT clock_timestamp()", cancellationToken));

    /// <summary>A setting, as this connection has it.</summary>
    public async Task<string> ReadSettingAsync(string name, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = database.CreateCommand("SELECT current_setting($1)");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = name });
        return (string)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>Where the server keeps its files; null when this role may not know.</summary>
    public async Task<string?> ReadDataFolderAsync(CancellationToken cancellationToken)
    {
        const string Sql = "SELECT setting FROM pg_settings WHERE name = 'data_directory'";

        await using NpgsqlCommand command = database.CreateCommand(Sql);
        return await command.ExecuteScalarAsync(cancellationToken) as string;
    }

    /// <summary>Bytes of the whole database.</summary>
    public async Task<long> ReadSizeAsync(CancellationToken cancellationToken) =>
        (long)await ScalarAsync("SELECT pg_database_size(current_database())", cancellationToken);

    /// <summary>Transactions since the oldest row that is not frozen. At two billion the server stops taking writes.</summary>
    public async Task<long> ReadTransactionAgeAsync(CancellationToken cancellationToken) =>
        (int)await ScalarAsync("SELECT age(datfrozenxid) FROM pg_database WHERE datname = current_database()", cancellationToken);

    /// <summary>How long the oldest open transaction has been running. It keeps dead rows from being removed.</summary>
    public async Task<TimeSpan> ReadOldestTransactionAsync(CancellationToken cancellationToken)
    {
        const string Sql = """
            SELECT coalesce(max(clock_timestamp() - xact_start), interval '0')
            FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL
            """;

        return (TimeSpan)await ScalarAsync(Sql, cancellationToken);
    }

    /// <summary>Connections in use, and how many there can be.</summary>
    public async Task<(long Used, int Most)> ReadConnectionsAsync(CancellationToken cancellationToken) => (
        (long)await ScalarAsync("SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'", cancellationToken),
        int.Parse(await ReadSettingAsync("max_connections", cancellationToken), CultureInfo.InvariantCulture));

    /// <summary>Whether the server notices pages that the disk has changed.</summary>
    public async Task<bool> HasChecksumsAsync(CancellationToken cancellationToken) => await ReadSettingAsync("data_checksums", cancellationToken) == "on";

    /// <summary>The silos of a cluster that are on its list.</summary>
    public async Task<IReadOnlyList<ListedSilo>> ReadSilosAsync(string cluster, CancellationToken cancellationToken)
    {
        // 3: active.
        const string Sql = """
            SELECT address || ':' || port, status = 3, alive_at FROM orleans_membership WHERE deployment_id = $1 AND status <= 3 ORDER BY 1
            """;

        await using NpgsqlCommand command = database.CreateCommand(Sql);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = cluster });
        List<ListedSilo> silos = [];
        await using NpgsqlDataReader rows = await command.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            silos.Add(new ListedSilo(rows.GetString(0), rows.GetBoolean(1), new DateTimeOffset(rows.GetDateTime(2))));
        }

        return silos;
    }

    /// <summary>The keys that sign heads of the key log.</summary>
    public async Task<IReadOnlyList<SigningKeyAge>> ReadSigningKeysAsync(CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = database.CreateCommand("SELECT number, created_at FROM key_log_signing_key ORDER BY number");
        List<SigningKeyAge> keys = [];
        await using NpgsqlDataReader rows = await command.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            keys.Add(new SigningKeyAge(rows.GetInt32(0), new DateTimeOffset(rows.GetDateTime(1))));
        }

        return keys;
    }

    /// <summary>What waits in the queues that silos work off.</summary>
    public async Task<IReadOnlyList<Backlog>> ReadBacklogsAsync(CancellationToken cancellationToken) =>
    [
        new Backlog("payments whose parties have not been told", (long)await ScalarAsync("SELECT count(*) FROM ledger_outbox", cancellationToken)),
        new Backlog("account changes that are not in the key log", (long)await ScalarAsync("SELECT count(*) FROM key_log_pending", cancellationToken)),
    ];

    private async Task<object> ScalarAsync(string sql, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = database.CreateCommand(sql);
        return (await command.ExecuteScalarAsync(cancellationToken))!;
    }
}
