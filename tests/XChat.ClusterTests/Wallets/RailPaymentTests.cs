using Microsoft.Extensions.DependencyInjection;

using XChat.Storage.Wallets;
using XChat.Testing.Database;
using XChat.Testing.Wallets;

namespace XChat.ClusterTests.Wallets;

/// <summary>The contract of deposits and withdrawals over stores in memory.</summary>
public sealed class RailPaymentInMemoryTests : RailPaymentContract
{
    protected override Task<WalletCluster> StartAsync() =>
        WalletCluster.StartAsync(services => services.AddInMemoryMoney().AddScriptedRail(Rail).AddSingleton(Rules));
}

/// <summary>The contract of deposits and withdrawals over PostgreSQL.</summary>
public sealed class RailPaymentPostgresTests(PostgresFixture postgres) : RailPaymentContract
{
    private TestDatabase _database = null!;

    protected override async Task<WalletCluster> StartAsync()
    {
        _database = await postgres.CreateDatabaseAsync(Cancelled);
        return await WalletCluster.StartAsync(services =>
            services.AddSingleton(_database.DataSource).AddWalletStorage().AddRailStorage().AddScriptedRail(Rail).AddSingleton(Rules));
    }

    protected override ValueTask StopAsync() => _database.DisposeAsync();
}
