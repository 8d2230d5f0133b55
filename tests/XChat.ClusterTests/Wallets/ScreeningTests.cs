using Microsoft.Extensions.DependencyInjection;

using XChat.Storage.Wallets;
using XChat.Testing.Database;
using XChat.Testing.Wallets;

namespace XChat.ClusterTests.Wallets;

/// <summary>The contract over stores in memory.</summary>
public sealed class ScreeningInMemoryTests : ScreeningContract
{
    protected override Task<WalletCluster> StartAsync() => WalletCluster.StartAsync(services => AddRules(services.AddInMemoryMoney()));
}

/// <summary>The contract over PostgreSQL.</summary>
public sealed class ScreeningPostgresTests(PostgresFixture postgres) : ScreeningContract
{
    private TestDatabase _database = null!;

    protected override async Task<WalletCluster> StartAsync()
    {
        _database = await postgres.CreateDatabaseAsync(Cancelled);
        return await WalletCluster.StartAsync(services => AddRules(services.AddSingleton(_database.DataSource).AddWalletStorage()));
    }

    protected override ValueTask StopAsync() => _database.DisposeAsync();
}
