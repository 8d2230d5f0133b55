using XChat.EmbeddedPostgres;

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

    /// <summary>Completes when the embedded server ends without being asked to; never for another one.</summary>
    public Task Ended => _embedded?.Ended ?? Task.Delay(Timeout.InfiniteTimeSpan);

    public static async Task<Database> OpenAsync(StandaloneOptions options)
    {
        if (options.Postgres is not null)
        {
            return new Database(options.Postgres, embedded: null);
        }

        EmbeddedPostgresServer embedded = await EmbeddedPostgresServer.StartAsync(
            new EmbeddedPostgresOptions { DataFolder = options.DataFolder, Notice = Console.Error.WriteLine }, CancellationToken.None);
        return new Database(embedded.ConnectionString, embedded);
    }

    public ValueTask DisposeAsync() => _embedded?.DisposeAsync() ?? ValueTask.CompletedTask;
}
