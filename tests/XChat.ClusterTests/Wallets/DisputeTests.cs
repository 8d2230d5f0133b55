using Microsoft.Extensions.DependencyInjection;

using XChat.Storage.Wallets;
using XChat.Storage.Wallets.Disputes;
using XChat.Storage.Wallets.Verification;
using XChat.Testing.Database;
using XChat.Testing.Wallets;

namespace XChat.ClusterTests.Wallets;

/// <summary>The contract over stores in memory.</summary>
public sealed class DisputeInMemoryTests : DisputeContract
{
    protected override Task<WalletCluster> StartAsync() => WalletCluster.StartAsync(services => AddDisputes(services.AddInMemoryMoney()));
}

/// <summary>The contract over PostgreSQL.</summary>
public sealed class DisputePostgresTests(PostgresFixture postgres) : DisputeContract
{
    private TestDatabase _database = null!;

    protected override async Task<WalletCluster> StartAsync()
    {
        _database = await postgres.CreateDatabaseAsync(Cancelled);
        return await WalletCluster.StartAsync(
            services => AddDisputes(services.AddSingleton(_database.DataSource).AddWalletStorage().AddDisputeStorage()));
    }

    /// <summary>Whatever a test did, the books are right.</summary>
    protected override async ValueTask StopAsync()
    {
        LedgerVerification found = await new LedgerVerifier(_database.DataSource).RunAsync(CancellationToken.None);
        await _database.DisposeAsync();
        Assert.Empty(found.Violations.SelectMany(violation => violation.Rows.Prepend(violation.Check)));
    }
}
