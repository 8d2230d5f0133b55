using Npgsql;
using XChat.EmbeddedPostgres;
using XChat.Storage;

namespace XChat.Standalone;

/// <summary>The database of this run: the embedded server, or the one that was named.</summary>
internal sealed class Database : IAsyncDisposable
{
    private readonly EmbeddedPostgresServer? _embedded;

    private Database(string connectionString, EmbeddedPostgresServer? embedded)
    {
        ConnectionString = connectionString;
        _embedded = embedded;
    }

    public string ConnectionString { get; }

    /// <summary>An embedded server belongs to this process, so no other silo can be on it.</summary>
    public bool IsOurs => _embedded is not null;

    /// <summary>The folder of the embedded server; null for another one.</summary>
    public string? Folder => _embedded?.Folder;

    /// <summary>Completes when the embedded server ends without being asked to; never for another one.</summary>
    public Task Ended => _embedded?.Ended ?? Task.Delay(Timeout.InfiniteTimeSpan);

    public static async Task<Database> OpenAsync(StandaloneOptions options)
    {
        if (options.Postgres is not null)
        {
            await CheckAsync(Parse(options.Postgres));
            return new Database(options.Postgres, embedded: null);
        }

        if (string.IsNullOrWhiteSpace(options.DataFolder))
        {
            throw new StandaloneException("--data is empty: name the folder that keeps the database.");
        }

        EmbeddedPostgresServer embedded = await EmbeddedPostgresServer.StartAsync(
            new EmbeddedPostgresOptions { DataFolder = options.DataFolder, Notice = Console.Error.WriteLine }, CancellationToken.None);
        return new Database(embedded.ConnectionString, embedded);
    }

    /// <summary>What the embedded server said when it ended; only after it has.</summary>
    public string DescribeEnd() => _embedded?.DescribeEnd() ?? string.Empty;

    /// <summary>The silo checks it again; asked here, before there is a host, a wrong one is said in one line.</summary>
    private static async Task CheckAsync(NpgsqlConnectionStringBuilder connection)
    {
        await using NpgsqlDataSource named = NpgsqlDataSource.Create(connection);
        try
        {
            await DatabaseRequirements.CheckAsync(named, CancellationToken.None);
        }
        catch (NpgsqlException problem)
        {
            throw new StandaloneException($"The database that --postgres names cannot be used: {problem.Message}");
        }
    }

    /// <summary>A further database on the embedded server, made at the first start.</summary>
    public async Task<string> OpenAnotherAsync(string name)
    {
        EmbeddedPostgresServer embedded = _embedded ?? throw new InvalidOperationException("Only the embedded server gets further databases.");
        await embedded.CreateDatabaseIfMissingAsync(name, CancellationToken.None);
        return embedded.ConnectionStringOf(name);
    }

    private static NpgsqlConnectionStringBuilder Parse(string connection)
    {
        try
        {
            NpgsqlConnectionStringBuilder parsed = new(connection);
            return string.IsNullOrEmpty(parsed.Host)
                ? throw new StandaloneException("--postgres names no server: it reads like Host=db;Database=xchat;Username=xchat;Password=...")
                : parsed;
        }
        catch (ArgumentException problem)
        {
            throw new StandaloneException($"--postgres is not a connection string: {problem.Message}");
        }
    }

    public ValueTask DisposeAsync() => _embedded?.DisposeAsync() ?? ValueTask.CompletedTask;
}
