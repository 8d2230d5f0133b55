using Microsoft.Extensions.DependencyInjection;

using XChat.GrainInterfaces.Wallets;
using XChat.Grains.Wallets;
using XChat.Protocol.Wallets;
using XChat.Storage.Wallets;
using XChat.Storage.Wallets.Disputes;
using XChat.Storage.Wallets.Verification;
using XChat.Testing;
using XChat.Testing.Database;
using XChat.Testing.Wallets;

namespace XChat.ClusterTests.Wallets;

/// <summary>The contract over stores in memory.</summary>
public sealed class DisputeInMemoryTests : DisputeContract
{
    private FaultyLedger _ledger = null!;

    protected override Task<WalletCluster> StartAsync() => WalletCluster.StartAsync(services => AddDisputes(services
        .AddInMemoryMoney()
        .AddSingleton<IWalletLedger>(provider => _ledger = new FaultyLedger((InMemoryLedger)provider.GetRequiredService<ILedgerOutbox>()))));

    [Fact]
    public async Task The_next_try_is_counted_from_the_beginning_of_the_one_before_however_long_that_took()
    {
        (TestPayer alice, TestPayer shop, TransferId payment) = await PaidAsync(10_00);
        await shop.PayAsync(await TestPayer.CreateAsync(Cluster), 9_00);
        await OpenAsync(alice, payment);
        TaskCompletionSource slow = new();
        int before = _ledger.Faults.Batches.Count;
        _ledger.Faults.Gate = slow.Task;

        Task<DisputeAnswered> deciding = Dispute(payment).Decide(new DecideDispute(true));
        await Eventually.HoldsAsync(() => _ledger.Faults.Batches.Count > before, Cancelled);
        Cluster.Time.Advance(TimeSpan.FromMinutes(50));
        slow.SetResult();
        Assert.True((await deciding).Dispute!.Unsettled);
        await Cluster.FundAsync(shop.User, 20_00);
        Cluster.Time.Advance(TimeSpan.FromMinutes(11));

        await Eventually.HoldsAsync(async () => await DeskAsync() == 0, Cancelled);
    }
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
