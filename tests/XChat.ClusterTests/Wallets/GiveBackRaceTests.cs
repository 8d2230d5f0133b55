using Microsoft.Extensions.DependencyInjection;

using Npgsql;

using XChat.GrainInterfaces.Wallets;
using XChat.Grains.Wallets.Disputes;
using XChat.Protocol.Wallets;
using XChat.Storage.Wallets;
using XChat.Storage.Wallets.Disputes;
using XChat.Storage.Wallets.Verification;
using XChat.Testing;
using XChat.Testing.Database;
using XChat.Testing.Wallets;

namespace XChat.ClusterTests.Wallets;

/// <summary>
/// Two clusters over one database that know nothing of each other, as the halves of a partition: a payment has two grains that give it back, and its wallets
/// two that pay. Both have decided before either is durable.
/// </summary>
public sealed class GiveBackRaceTests(PostgresFixture postgres) : IAsyncLifetime
{
    private TestDatabase _database = null!;
    private WalletCluster _one = null!;
    private WalletCluster _other = null!;
    private TestPayer _alice = null!;
    private TestPayer _shop = null!;
    private TransferId _payment;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = await postgres.CreateDatabaseAsync(Cancelled);
        _one = await StartAsync();
        _other = await StartAsync();
        _alice = await PersonAsync(100_00);
        _shop = await PersonAsync(50_00);
        _payment = TransferId.New();
        await _alice.PayAsync(_shop, 10_00, id: _payment);
    }

    public async ValueTask DisposeAsync()
    {
        await _one.DisposeAsync();
        await _other.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task Two_refunds_give_back_once()
    {
        (TransferDecided first, TransferDecided second) = await RaceAsync(
            () => _one.Grains.Dispute(_payment).Refund(Refund(10_00)), () => _other.Grains.Dispute(_payment).Refund(Refund(10_00)));

        await AssertOnceAsync(first.Status, second.Status);
    }

    [Fact]
    public async Task A_refund_and_a_correction_give_back_once()
    {
        (TransferDecided refund, TransferCorrected correction) = await RaceAsync(
            () => _one.Grains.Dispute(_payment).Refund(Refund(10_00)), () => _other.Grains.Dispute(_payment).Correct(new CorrectTransfer(null)));

        await AssertOnceAsync(refund.Status, correction.Status);
    }

    [Fact]
    public async Task A_refund_and_a_dispute_that_is_upheld_give_back_once()
    {
        await _one.Grains.Dispute(_payment).Open(new OpenDispute(_alice.Caller, "nothing came"));

        (TransferDecided refund, DisputeAnswered decided) = await RaceAsync(
            () => _one.Grains.Dispute(_payment).Refund(Refund(10_00)), () => _other.Grains.Dispute(_payment).Decide(new DecideDispute(true)));

        Assert.True(refund.Status is WalletStatus.Accepted or WalletStatus.NotRefundable, refund.Status.ToString());
        Assert.Equal(DisputeStatus.Accepted, decided.Status);
        await AssertSettledAsync();
    }

    [Fact]
    public async Task A_correction_and_the_credit_of_a_dispute_give_back_once()
    {
        await _one.Grains.Dispute(_payment).Open(new OpenDispute(_alice.Caller, "nothing came"));
        _other.Time.Advance(TimeSpan.FromDays(11));

        (TransferCorrected correction, DisputeAnswered decided) = await RaceAsync(
            () => _one.Grains.Dispute(_payment).Correct(new CorrectTransfer(null)), () => _other.Grains.Dispute(_payment).Decide(new DecideDispute(true)));

        Assert.True(correction.Status is WalletStatus.Accepted or WalletStatus.NotRefundable, correction.Status.ToString());
        Assert.Equal(DisputeStatus.Accepted, decided.Status);
        await AssertSettledAsync();
    }

    private async Task<WalletCluster> StartAsync() => await WalletCluster.StartAsync(services => services
        .AddSingleton(_database.DataSource).AddWalletStorage().AddDisputeStorage().AddDisputeGrains()
        .Configure<DisputeOptions>(options =>
        {
            // What is due is settled when the test says so.
            options.SweepPause = TimeSpan.FromHours(1);
            options.SweepLease = TimeSpan.FromHours(1);
            options.RetryAfter = TimeSpan.FromHours(1);
        }));

    private async Task<TestPayer> PersonAsync(long minorUnits)
    {
        TestPayer person = await TestPayer.CreateAsync(_one, minorUnits);
        _other.Devices.Publish(person.User, person.Device);
        return person;
    }

    private PayOrder Refund(long minorUnits) =>
        _shop.Sign(_shop.Order(_alice, minorUnits) with { Reason = TransferReason.Refund, Reference = _payment.Value });

    /// <summary>Lets two calls decide, and holds their commits up until both have: the rows that each of them has to write are locked.</summary>
    private async Task<(TFirst First, TSecond Second)> RaceAsync<TFirst, TSecond>(Func<Task<TFirst>> first, Func<Task<TSecond>> second)
    {
        const string LockSql = "SELECT FROM ledger_account WHERE account_id IN ($1, $2) ORDER BY account_id FOR UPDATE";

        await using NpgsqlConnection holder = await _database.DataSource.OpenConnectionAsync(Cancelled);
        await using NpgsqlTransaction held = await holder.BeginTransactionAsync(Cancelled);
        await using NpgsqlCommand hold = new(LockSql, holder, held)
        {
            Parameters = { new() { Value = _alice.Key.ToAccountId() }, new() { Value = _shop.Key.ToAccountId() } },
        };
        await hold.ExecuteNonQueryAsync(Cancelled);
        Task<TFirst> one = first();
        await Eventually.HoldsAsync(async () => await CountHeldUpAsync() == 1, Cancelled);
        Task<TSecond> other = second();
        await Eventually.HoldsAsync(async () => await CountHeldUpAsync() == 2, Cancelled);
        await held.CommitAsync(Cancelled);
        return (await one, await other);
    }

    private async Task<long> CountHeldUpAsync()
    {
        await using NpgsqlCommand count = _database.DataSource.CreateCommand(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'");
        return (long)(await count.ExecuteScalarAsync(Cancelled))!;
    }

    private async Task AssertOnceAsync(WalletStatus first, WalletStatus second)
    {
        Assert.Equal([WalletStatus.Accepted, WalletStatus.NotRefundable], new[] { first, second }.Order());
        await AssertBooksAsync();
    }

    /// <summary>What is due of the dispute after the race is settled: by then it may be nothing.</summary>
    private async Task AssertSettledAsync()
    {
        await _other.Grains.Dispute(_payment).Settle();
        DisputeAnswered settled = await _other.Grains.Dispute(_payment).Describe(new DescribeDispute(_alice.Caller));
        Assert.Equal((DisputeState.Upheld, false), (settled.Dispute!.State, settled.Dispute.Unsettled));
        await AssertBooksAsync();
    }

    private async Task AssertBooksAsync()
    {
        BalanceRead desk = await _one.Grains.Wallet(DisputeTransfers.DeskIn(WalletCluster.Euro)).Balance(new ReadBalance());
        Assert.Equal(
            (100_00, 50_00, 0), (await _alice.AvailableAsync(), await _shop.AvailableAsync(), desk.CreditsPosted - desk.DebitsPosted));
        LedgerVerification found = await new LedgerVerifier(_database.DataSource).RunAsync(Cancelled);
        Assert.Empty(found.Violations.SelectMany(violation => violation.Rows.Prepend(violation.Check)));
    }
}
