using Microsoft.Extensions.DependencyInjection;

using Npgsql;

using XChat.Crypto.Recovery;
using XChat.Grains.Recovery;
using XChat.Storage.Migrations;
using XChat.Storage.Recovery;
using XChat.Testing.Database;
using XChat.Testing.Recovery;

namespace XChat.ClusterTests.Recovery;

/// <summary>What the contract of the realms runs on: storage in memory, or a PostgreSQL database for each realm.</summary>
public sealed class RecoveryStorage : IAsyncDisposable
{
    private readonly PostgresFixture? _postgres;
    private readonly List<TestDatabase> _databases = [];

    private RecoveryStorage(PostgresFixture? postgres) => _postgres = postgres;

    /// <summary>The databases of the realms, in their order; none in memory.</summary>
    public IReadOnlyList<TestDatabase> Databases => _databases;

    public static RecoveryStorage InMemory() => new(null);

    public static RecoveryStorage On(PostgresFixture postgres) => new(postgres);

    public async Task<RecoveryCluster> StartAsync(Action<RecoveryOptions> configure, Func<IGuessLedger, IGuessLedger>? wrap = null)
    {
        Func<IGuessLedger, IGuessLedger> wrapped = wrap ?? (ledger => ledger);
        IReadOnlyList<RealmKeys> realms = RecoveryCluster.NewRealms();
        if (_postgres is null)
        {
            InMemoryRecovery records = new();
            // One for all silos: what a test does to it holds wherever the grain is.
            IGuessLedger inMemory = wrapped(records);
            return await RecoveryCluster.StartAsync(
                realms, services => services.AddSingleton<IRecoveryStore>(records).AddSingleton(inMemory), configure);
        }

        Dictionary<Guid, NpgsqlDataSource> sources = [];
        foreach (RealmKeys realm in realms)
        {
            TestDatabase database = await _postgres.CreateEmptyDatabaseAsync(TestContext.Current.CancellationToken);
            await new MigrationRunner(database.DataSource, RealmMigrations.All).ApplyAsync(TestContext.Current.CancellationToken);
            _databases.Add(database);
            sources[realm.Realm] = database.DataSource;
        }

        RealmDatabases opened = new(sources);
        IGuessLedger inDatabases = wrapped(new PostgresGuessLedger(opened));
        return await RecoveryCluster.StartAsync(
            realms,
            services => services.AddSingleton(_ => opened)
                .AddSingleton<IRecoveryStore>(new PostgresRecoveryStore(opened))
                .AddSingleton(inDatabases),
            configure);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (TestDatabase database in _databases)
        {
            await database.DisposeAsync();
        }
    }
}
