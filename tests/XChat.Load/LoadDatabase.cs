using Npgsql;

using XChat.EmbeddedPostgres;

namespace XChat.Load;

/// <summary>A PostgreSQL of a run's own, as the product starts it, with the product's durability; its data go with the run.</summary>
public sealed class LoadDatabase : IAsyncDisposable
{
    private readonly string _folder;
    private readonly EmbeddedPostgresServer _postgres;

    private LoadDatabase(string folder, EmbeddedPostgresServer postgres)
    {
        _folder = folder;
        _postgres = postgres;
        Connections = NpgsqlDataSource.Create(postgres.ConnectionString);
    }

    public string ConnectionString => _postgres.ConnectionString;

    /// <summary>Connections beside those of the product.</summary>
    public NpgsqlDataSource Connections { get; }

    public static async Task<LoadDatabase> StartAsync(CancellationToken cancellationToken)
    {
        string folder = Path.Combine(Path.GetTempPath(), $"xchat-load-{Environment.ProcessId}");
        return new LoadDatabase(
            folder, await EmbeddedPostgresServer.StartAsync(new EmbeddedPostgresOptions { DataFolder = folder }, cancellationToken));
    }

    /// <summary>Runs statements, however long they take.</summary>
    public async Task ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = Connections.CreateCommand(sql);
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await Connections.DisposeAsync();
        await _postgres.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
