using Npgsql;
using Xunit;
using XChat.EmbeddedPostgres;
using XChat.Storage.Migrations;

namespace XChat.Testing.Database;

/// <summary>
/// One real PostgreSQL server for a whole test run, started when the first test asks for a database and gone with the run. Every test
/// gets a migrated database of its own, copied from a template in some tens of milliseconds.
/// </summary>
/// <remarks>
/// Set the environment variable <c>XCHAT_TEST_POSTGRES</c> to a connection string to use a server of your own; its role must be
/// allowed to create databases.
/// </remarks>
/// <example>
/// <code>
/// [assembly: AssemblyFixture(typeof(PostgresFixture))]
///
/// public sealed class AccountStoreTests(PostgresFixture postgres)
/// {
///     [Fact]
///     public async Task Keeps_an_account()
///     {
///         await using TestDatabase database = await postgres.CreateDatabaseAsync(TestContext.Current.CancellationToken);
///         AccountStore store = new(database.DataSource);
///         ...
///     }
/// }
/// </code>
/// </example>
public sealed class PostgresFixture : IAsyncLifetime
{
    /// <summary>The environment variable that names another server.</summary>
    public const string ConnectionVariable = "XCHAT_TEST_POSTGRES";

    private readonly string _run = Guid.NewGuid().ToString("N")[..8];
    private readonly SemaphoreSlim _gate = new(1);
    private string? _folder;
    private EmbeddedPostgresServer? _server;
    private string? _administration;
    private string? _template;
    private int _databases;

    /// <inheritdoc/>
    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>A new database with every migration applied. The caller disposes it.</summary>
    public async Task<TestDatabase> CreateDatabaseAsync(CancellationToken cancellationToken)
    {
        string administration = await StartAsync(cancellationToken);
        await _gate.WaitAsync(cancellationToken);
        try
        {
            _template ??= await CreateTemplateAsync(administration, cancellationToken);
        }
        finally
        {
            _gate.Release();
        }

        return await CreateAsync(administration, _template, cancellationToken);
    }

    /// <summary>A new database with nothing in it, for tests of the migrations themselves. The caller disposes it.</summary>
    public async Task<TestDatabase> CreateEmptyDatabaseAsync(CancellationToken cancellationToken) =>
        await CreateAsync(await StartAsync(cancellationToken), "template0", cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_template is not null && _server is null)
        {
            await new TestDatabase(_template, _administration!).DisposeAsync();
        }

        if (_server is not null)
        {
            await _server.DisposeAsync();
            Directory.Delete(_folder!, recursive: true);
        }

        _gate.Dispose();
    }

    private async Task<string> StartAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            return _administration ??= Patient(Environment.GetEnvironmentVariable(ConnectionVariable) is { Length: > 0 } given
                ? given
                : await StartEmbeddedAsync(cancellationToken));
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>A machine on which many servers write at once takes long to copy a database, or to let one more connection in.</summary>
    private static string Patient(string connectionString) =>
        new NpgsqlConnectionStringBuilder(connectionString) { Timeout = 120, CommandTimeout = 180 }.ConnectionString;

    private async Task<string> StartEmbeddedAsync(CancellationToken cancellationToken)
    {
        _folder = Path.Combine(Path.GetTempPath(), $"xchat-test-{_run}");
        _server = await EmbeddedPostgresServer.StartAsync(
            new EmbeddedPostgresOptions { DataFolder = _folder, SharedBuffersMegabytes = 64, Ephemeral = true }, cancellationToken);
        return _server.ConnectionString;
    }

    private async Task<string> CreateTemplateAsync(string administration, CancellationToken cancellationToken)
    {
        string name = $"xchat_{_run}_template";
        await ExecuteAsync(administration, $"CREATE DATABASE \"{name}\" TEMPLATE template0", cancellationToken);
        // A database with connections cannot be copied, so this one is left without any.
        string withoutPool = new NpgsqlConnectionStringBuilder(administration) { Database = name, Pooling = false }.ConnectionString;
        await using NpgsqlDataSource template = NpgsqlDataSource.Create(withoutPool);
        await new MigrationRunner(template).ApplyAsync(cancellationToken);
        return name;
    }

    private async Task<TestDatabase> CreateAsync(string administration, string template, CancellationToken cancellationToken)
    {
        string name = $"xchat_{_run}_{Interlocked.Increment(ref _databases)}";
        await ExecuteAsync(administration, $"CREATE DATABASE \"{name}\" TEMPLATE \"{template}\"", cancellationToken);
        return new TestDatabase(name, administration);
    }

    private static async Task ExecuteAsync(string administration, string sql, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = new(administration);
        await connection.OpenAsync(cancellationToken);
        await using NpgsqlCommand command = new(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
