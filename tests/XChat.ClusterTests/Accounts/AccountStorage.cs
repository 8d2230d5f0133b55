using Microsoft.Extensions.DependencyInjection;

using Orleans.Serialization;
using Orleans.Storage;

using XChat.Grains.Accounts;
using XChat.Storage.Accounts;
using XChat.Testing.Accounts;
using XChat.Testing.Database;

namespace XChat.ClusterTests.Accounts;

/// <summary>What the contracts of this domain run on: storage in memory, or PostgreSQL.</summary>
public sealed class AccountStorage : IAsyncDisposable
{
    private readonly PostgresFixture? _postgres;
    private TestDatabase? _database;

    private AccountStorage(PostgresFixture? postgres) => _postgres = postgres;

    public static AccountStorage InMemory() => new(null);

    public static AccountStorage On(PostgresFixture postgres) => new(postgres);

    public async Task<AccountCluster> StartAsync(Action<AccountOptions> configure)
    {
        if (_postgres is null)
        {
            return await AccountCluster.StartAsync(new InMemoryAccounts(), configure);
        }

        _database = await _postgres.CreateDatabaseAsync(TestContext.Current.CancellationToken);
        return await AccountCluster.StartAsync(AddPostgres, configure);
    }

    public ValueTask DisposeAsync() => _database?.DisposeAsync() ?? ValueTask.CompletedTask;

    private void AddPostgres(ISiloBuilder silo)
    {
        silo.Services.AddSingleton(_database!.DataSource).AddAccountStorage();
        silo.AddAdoNetGrainStorageAsDefault(options => options.Configure<Serializer>((storage, serializer) =>
        {
            storage.Invariant = "Npgsql";
            storage.ConnectionString = _database.ConnectionString;
            storage.GrainStorageSerializer = new OrleansGrainStorageSerializer(serializer);
        }));
    }
}
