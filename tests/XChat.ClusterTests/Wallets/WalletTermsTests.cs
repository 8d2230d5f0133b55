using Microsoft.Extensions.DependencyInjection;

using XChat.Storage.Wallets;
using XChat.Storage.Wallets.Verification;
using XChat.Testing.Database;
using XChat.Testing.Wallets;

namespace XChat.ClusterTests.Wallets;

/// <summary>The contract over a ledger in memory.</summary>
public sealed class WalletTermsInMemoryTests : WalletTermsContract
{
    protected override Task<WalletCluster> StartAsync() => WalletCluster.StartAsync(services => services.AddInMemoryMoney().AddSingleton(Rules));
}

/// <summary>The contract over PostgreSQL.</summary>
public sealed class WalletTermsPostgresTests(PostgresFixture postgres) : WalletTermsContract
{
    private TestDatabase _database = null!;

    protected override async Task<WalletCluster> StartAsync()
    {
        _database = await postgres.CreateDatabaseAsync(Cancelled);
        return await WalletCluster.StartAsync(services => services.AddSingleton(_database.DataSource).AddWalletStorage().AddSingleton(Rules));
    }

    /// <summary>Whatever a test did, the books are right.</summary>
    protected override async ValueTask StopAsync()
    {
        LedgerVerification found = await new LedgerVerifier(_database.DataSource).RunAsync(CancellationToken.None);
        await _database.DisposeAsync();
        Assert.Empty(found.Violations.SelectMany(violation => violation.Rows.Prepend(violation.Check)));
    }
}
