using Microsoft.Extensions.DependencyInjection;

using XChat.Protocol.Wallets;
using XChat.Storage.Wallets;
using XChat.Testing.Database;
using XChat.Testing.Wallets;

namespace XChat.ClusterTests.Wallets;

/// <summary>The outbox in PostgreSQL, shared by silos that agree on little.</summary>
public sealed class LedgerOutboxTests(PostgresFixture postgres)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_a_silo_whose_clock_is_ahead_could_not_tell_another_one_tells_soon()
    {
        await using TestDatabase database = await postgres.CreateDatabaseAsync(Cancelled);
        await using WalletCluster ahead = await StartAsync(database);
        ahead.Time.Advance(TimeSpan.FromHours(1));
        ahead.News.Before = _ => throw new TimeoutException("The test's devices are not reached.");
        TestPayer alice = await TestPayer.CreateAsync(ahead, 10_00);
        TestPayer bob = await TestPayer.CreateAsync(ahead);
        TransferId payment = TransferId.New();

        await alice.PayAsync(bob, 1_00, id: payment);
        await using WalletCluster right = await StartAsync(database);

        await Testing.Eventually.HoldsAsync(() => right.News.Told.Contains((bob.User, payment)), Cancelled);
    }

    private static Task<WalletCluster> StartAsync(TestDatabase database) =>
        WalletCluster.StartAsync(services => services.AddSingleton(database.DataSource).AddWalletStorage());
}
