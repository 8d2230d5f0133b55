using Microsoft.Extensions.DependencyInjection;

using Npgsql;

using XChat.GrainInterfaces.Wallets;
using XChat.Grains.Wallets.Rails;
using XChat.Protocol.Wallets;
using XChat.Storage.Wallets;
using XChat.Storage.Wallets.Verification;
using XChat.Testing.Database;
using XChat.Testing.Wallets;

namespace XChat.ClusterTests.Wallets;

/// <summary>Whether what rails hold is what the books say: to zero, and every difference by name.</summary>
public sealed class RailReconcileTests(PostgresFixture postgres) : IAsyncLifetime
{
    private readonly ScriptedRail _rail = new();
    private TestDatabase _database = null!;
    private WalletCluster _cluster = null!;
    private TestPayer _alice = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = await postgres.CreateDatabaseAsync(Cancelled);
        _cluster = await WalletCluster.StartAsync(services =>
            services.AddSingleton(_database.DataSource).AddWalletStorage().AddRailStorage().AddScriptedRail(_rail));
        // The rail is not asked, and nothing is put right again, because a test took long.
        _cluster.Time.Stop();
        _alice = await TestPayer.CreateAsync(_cluster);
    }

    public async ValueTask DisposeAsync()
    {
        await _cluster.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task Books_and_statement_come_to_zero_and_each_kind_of_break_is_named()
    {
        Guid good = await DepositAsync(50_00);
        Guid returned = await DepositAsync(20_00, returned: 20_00);
        Guid partly = await DepositAsync(30_00, returned: 10_00);
        Guid stranger = Guid.NewGuid();
        RailStatementLine[] right =
        [
            Line("1", good, 50_00), Line("2", returned, 20_00), Line("3", partly, 30_00), Line("4", returned, -20_00), Line("5", partly, -10_00),
        ];
        _rail.Statement = right;

        RailReconciled zero = await ReconcileAsync();
        Assert.Equal((ReconcileStatus.Done, 70_00L, 70_00L, 0L), Totals(zero));

        _rail.Statement = [.. right, Line("6", stranger, 7_00), Line("7", Guid.Empty, -1_00), Line("8", good, 1)];
        RailReconciled broken = await ReconcileAsync();
        Assert.Equal((ReconcileStatus.Done, 76_01L, 70_00L, 3L), Totals(broken));
        Assert.Equal(
            new[]
            {
                new RailBreak(good, RailBreakKind.Differs, 50_01, 50_00),
                new RailBreak(stranger, RailBreakKind.Unknown, 7_00, 0),
                new RailBreak(Guid.Empty, RailBreakKind.Unknown, -1_00, 0),
            }.OrderBy(one => one.Payment),
            Assert.Single(broken.Currencies).Breaks.OrderBy(one => one.Payment));

        // A line that was read is not taken back.
        _rail.Statement = [Line("1", good, 49_00), .. right[1..]];
        Assert.Equal(["1", "6", "7", "8"], (await ReconcileAsync()).Changed.Order());
    }

    [Fact]
    public async Task A_rail_that_is_away_or_unknown_is_said_to_be_so()
    {
        _rail.Away = true;
        Assert.Equal(ReconcileStatus.RailUnavailable, (await ReconcileAsync()).Status);
        Assert.Equal(ReconcileStatus.RailUnknown, (await _cluster.Grains.RailDirectory().Reconcile(new ReconcileRail("gold"))).Status);
    }

    [Fact]
    public async Task What_the_rail_has_settled_and_the_books_have_not_is_open_for_a_day()
    {
        Guid payment = Guid.NewGuid();
        await Grain(payment).Deposit(new DepositOverRail(_alice.Caller, ScriptedRail.Name, WalletCluster.Euro, 5_00));
        _rail.Statement = [Line("1", payment, 5_00)];

        RailBreak open = Assert.Single(Assert.Single((await ReconcileAsync()).Currencies).Breaks);
        Assert.Equal(new RailBreak(payment, RailBreakKind.Open, 5_00, 0), open);
    }

    [Fact]
    public async Task The_verifier_finds_what_moved_over_a_rail_without_a_payment_or_otherwise_than_it_says()
    {
        Guid payment = await DepositAsync(50_00, returned: 10_00);
        Assert.Empty((await VerifyAsync()).Violations);

        await ExecuteAsync("ALTER TABLE rail_payment DISABLE TRIGGER USER");
        await ExecuteAsync("UPDATE rail_payment SET ledger = 0, stage = 1, returned = 0, reversed = 0");
        LedgerViolation edited = Assert.Single((await VerifyAsync()).Violations);
        Assert.Equal(("rails", 1L), (edited.Check, edited.Count));
        Assert.Contains(payment.ToString(), Assert.Single(edited.Rows), StringComparison.Ordinal);
        await ExecuteAsync("UPDATE rail_payment SET ledger = 2, stage = 3, returned = 1000, reversed = 1000");

        await _cluster.Grains.Wallet(RailWallet.Of(ScriptedRail.Name, WalletCluster.Euro)).Transfer(WalletCluster.Order(_alice.Key, 1, TransferReason.Deposit));
        Assert.Contains("payment none", Assert.Single(Assert.Single((await VerifyAsync()).Violations).Rows), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_verifier_finds_what_a_statement_of_a_day_that_is_over_says_otherwise()
    {
        Guid payment = await DepositAsync(50_00);
        _rail.Statement = [Line("1", payment, 49_00)];
        _ = await ReconcileAsync();
        Assert.Empty((await VerifyAsync()).Violations);

        await ExecuteAsync("UPDATE rail_statement SET final = true");
        Assert.Contains("say 4900 EUR, and 5000 moved", Assert.Single(Assert.Single((await VerifyAsync()).Violations).Rows), StringComparison.Ordinal);
    }

    private static RailStatementLine Line(string line, Guid payment, long minorUnits) => new(line, payment, WalletCluster.Euro, minorUnits);

    private static (ReconcileStatus Status, long Rail, long Ledger, long Breaks) Totals(RailReconciled found)
    {
        RailCurrencyReconciled euro = Assert.Single(found.Currencies);
        return (found.Status, euro.RailHolds, euro.LedgerSays, euro.BreakCount);
    }

    private IRailPaymentGrain Grain(Guid payment) => _cluster.Grains.RailPayment(payment);

    private async Task<Guid> DepositAsync(long minorUnits, long returned = 0)
    {
        Guid payment = Guid.NewGuid();
        await Grain(payment).Deposit(new DepositOverRail(_alice.Caller, ScriptedRail.Name, WalletCluster.Euro, minorUnits));
        await Grain(payment).Observe(_rail.Do(payment, RailStage.Settled));
        if (returned > 0)
        {
            await Grain(payment).Observe(_rail.Do(payment, RailStage.Settled, returned));
        }

        // It has come to rest long ago when it is looked at.
        await ExecuteAsync($"UPDATE rail_payment SET changed_at = changed_at - interval '2 days' WHERE payment_id = '{payment}'");
        return payment;
    }

    private Task<RailReconciled> ReconcileAsync() => _cluster.Grains.RailDirectory().Reconcile(new ReconcileRail(ScriptedRail.Name));

    private Task<LedgerVerification> VerifyAsync() => new LedgerVerifier(_database.DataSource).RunAsync(Cancelled);

    private async Task ExecuteAsync(string sql)
    {
        await using NpgsqlCommand command = _database.DataSource.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancelled);
    }
}
