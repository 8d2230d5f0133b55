using Microsoft.Extensions.DependencyInjection;

using Orleans.Serialization;
using Orleans.Storage;

using XChat.Grains.Accounts;
using XChat.Grains.Transparency;
using XChat.Storage.Accounts;
using XChat.Storage.History;
using XChat.Storage.Transparency;
using XChat.Testing.Accounts;
using XChat.Testing.Database;
using XChat.Testing.Transparency;

namespace XChat.ClusterTests.Accounts;

/// <summary>What the contracts of this domain run on: storage in memory, or PostgreSQL.</summary>
public sealed class AccountStorage : IAsyncDisposable
{
    private readonly InMemoryAccounts _accounts;
    private readonly PostgresFixture? _postgres;
    private TestDatabase? _database;

    private AccountStorage(PostgresFixture? postgres, InMemoryAccounts accounts) => (_postgres, _accounts) = (postgres, accounts);

    public static AccountStorage InMemory(InMemoryAccounts? accounts = null) => new(null, accounts ?? new InMemoryAccounts());

    public static AccountStorage On(PostgresFixture postgres) => new(postgres, new InMemoryAccounts());

    public async Task<AccountCluster> StartAsync(Action<AccountOptions> configure)
    {
        if (_postgres is null)
        {
            return await AccountCluster.StartAsync(_accounts, configure);
        }

        _database = await _postgres.CreateDatabaseAsync(TestContext.Current.CancellationToken);
        return await AccountCluster.StartAsync(AddPostgres, configure);
    }

    public ValueTask DisposeAsync() => _database?.DisposeAsync() ?? ValueTask.CompletedTask;

    private void AddPostgres(ISiloBuilder silo)
    {
        silo.Services.AddSingleton(_database!.DataSource).AddAccountStorage().AddHistoryStorage()
            .AddSingleton<ITransparencyStore>(new FaultyTransparencyStore(new PostgresTransparencyStore(_database.DataSource)));
        silo.AddAdoNetGrainStorageAsDefault(options => options.Configure<Serializer>((storage, serializer) =>
        {
            storage.Invariant = "Npgsql";
            storage.ConnectionString = _database.ConnectionString;
            storage.GrainStorageSerializer = new OrleansGrainStorageSerializer(serializer);
        }));
    }
}
