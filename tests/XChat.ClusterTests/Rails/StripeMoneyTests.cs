using System.Text.Json.Nodes;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

using XChat.GrainInterfaces;
using XChat.GrainInterfaces.Wallets;
using XChat.Grains.Wallets.Rails;
using XChat.Protocol.Wallets;
using XChat.Rails;
using XChat.Rails.Sim;
using XChat.Rails.Stripe;
using XChat.Storage.Wallets;
using XChat.Storage.Wallets.Verification;
using XChat.Testing;
using XChat.Testing.Database;
using XChat.Testing.Wallets;

namespace XChat.ClusterTests.Rails;

/// <summary>Money over Stripe from the settings to the ledger: wallets and payments on PostgreSQL, Stripe.net, and a stub of Stripe.</summary>
public sealed class StripeMoneyTests(PostgresFixture postgres) : IAsyncLifetime
{
    private TestDatabase _database = null!;
    private StripeStub _stripe = null!;
    private WalletCluster _cluster = null!;
    private TestPayer _alice = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = await postgres.CreateDatabaseAsync(Cancelled);
        _stripe = await StripeStub.StartAsync(TimeProvider.System);
        _cluster = await WalletCluster.StartAsync(services => services
            .AddSingleton(_database.DataSource).AddWalletStorage().AddRailStorage().AddRailGrains()
            .AddSingleton<IPaymentRail>(provider => new StripeRail(
                new StripeRailOptions
                {
                    ApiKey = StripeStub.Key,
                    WebhookSecrets = StripeStub.Secret,
                    ReturnUrl = "https://chat.example/paid",
                    ApiBase = _stripe.Url,
                },
                provider.GetRequiredService<TimeProvider>()))
            .Configure<RailOptions>(options => options.SweepPause = TimeSpan.FromMilliseconds(100)));
        // Stripe is asked when a test says so, not when it took long.
        _cluster.Time.Stop();
        _alice = await TestPayer.CreateAsync(_cluster);
    }

    public async ValueTask DisposeAsync()
    {
        await _cluster.DisposeAsync();
        await _stripe.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task Webhooks_late_twice_shuffled_forged_and_lost_and_returns_after_settlement_all_come_to_zero()
    {
        RailPaymentDescription told = await DepositAsync(50_00);
        RailPaymentDescription lost = await DepositAsync(20_00);
        _stripe.Pay(told.Instruction.Split('/')[^1]);
        _stripe.Pay(lost.Instruction.Split('/')[^1]);

        string session = told.Instruction.Split('/')[^1];
        Assert.Equal(WebhookStatus.SignatureInvalid, await SendAsync("checkout.session.completed", About(session), "whsec_of_mallory"));
        Assert.Equal(WebhookStatus.Stale, await SendAsync("checkout.session.completed", About(session), age: TimeSpan.FromMinutes(6)));
        Assert.Equal(WebhookStatus.Malformed, (await _cluster.Grains.RailDirectory().Receive(new ReceiveWebhook(StripeRail.Name, [], [1]))).Status);
        Assert.Equal(0, await _alice.AvailableAsync());

        Assert.Equal(WebhookStatus.Taken, await SendAsync("checkout.session.completed", About(session)));
        Assert.Equal(50_00, await _alice.AvailableAsync());
        // The lost one is made up for by asking.
        _cluster.Time.Advance(TimeSpan.FromSeconds(6));
        await Eventually.HoldsAsync(async () => await _alice.AvailableAsync() == 70_00, Cancelled);

        // News of the return comes before an event of the time before it, and both twice.
        _stripe.Return(session, 30_00);
        JsonObject refunded = new() { ["id"] = "ch_any", ["payment_intent"] = _stripe.IntentOf(session) };
        for (int copy = 0; copy < 2; copy++)
        {
            Assert.Equal(WebhookStatus.Taken, await SendAsync("charge.refunded", refunded));
            Assert.Equal(WebhookStatus.Taken, await SendAsync("checkout.session.completed", About(session)));
        }

        Assert.Equal(40_00, await _alice.AvailableAsync());
        await AssertReconciledAsync(40_00);
    }

    [Fact]
    public async Task A_withdrawal_goes_to_a_connected_account_once_and_what_comes_back_is_in_the_wallet_again()
    {
        RailPaymentDescription deposit = await DepositAsync(50_00);
        _stripe.Pay(deposit.Instruction.Split('/')[^1]);
        await SendAsync("checkout.session.completed", About(deposit.Instruction.Split('/')[^1]));
        (Guid good, Guid refused) = (Guid.NewGuid(), Guid.NewGuid());

        // The answer is lost: whether the transfer was made is not known, so its money stays reserved.
        _stripe.Trouble = StripeTrouble.LoseAnswers;
        RailPaymentDecided sent = await WithdrawAsync(good, 30_00, "acct_good");
        Assert.Equal((RailPaymentStatus.Accepted, RailPaymentState.Ordered), (sent.Status, sent.Payment!.State));
        Assert.Equal(20_00, await _alice.AvailableAsync());
        _stripe.Trouble = StripeTrouble.None;
        _cluster.Time.Advance(TimeSpan.FromSeconds(6));
        await Eventually.HoldsAsync(async () => (await DescribeAsync(good)).State == RailPaymentState.Completed, Cancelled);

        RailPaymentDecided no = await WithdrawAsync(refused, 5_00, "acct_closed");
        Assert.Equal((RailPaymentState.Failed, "account_closed"), (no.Payment!.State, no.Payment.Failure));
        Assert.Equal(RailPaymentStatus.DestinationInvalid, (await WithdrawAsync(Guid.NewGuid(), 5_00, "AT611904300234573201")).Status);
        Assert.Equal((20_00L, 2), (await _alice.AvailableAsync(), _stripe.Orders));

        _stripe.Return("tr_4", 30_00);
        Assert.Equal(WebhookStatus.Taken, await SendAsync("transfer.reversed", About("tr_4")));
        Assert.Equal((RailPaymentState.Returned, 50_00L), ((await DescribeAsync(good)).State, await _alice.AvailableAsync()));
        await AssertReconciledAsync(50_00);
    }

    [Fact]
    public async Task What_a_dispute_takes_after_it_was_spent_is_owed()
    {
        TestPayer bob = await TestPayer.CreateAsync(_cluster);
        RailPaymentDescription deposit = await DepositAsync(50_00);
        string session = deposit.Instruction.Split('/')[^1];
        _stripe.Pay(session);
        await SendAsync("checkout.session.completed", About(session));
        await _alice.PayAsync(bob, 50_00);

        string dispute = _stripe.Dispute(session);
        JsonObject taken = new() { ["id"] = dispute, ["payment_intent"] = _stripe.IntentOf(session) };
        Assert.Equal(WebhookStatus.Taken, await SendAsync("charge.dispute.funds_withdrawn", taken));

        RailPaymentDescription back = await DescribeAsync(deposit.Payment);
        Assert.Equal((RailPaymentState.Returned, 50_00L), (back.State, back.OwedMinorUnits));
        await AssertReconciledAsync(0);
    }

    [Fact]
    public async Task A_webhook_that_cannot_be_looked_into_is_not_taken()
    {
        RailPaymentDescription deposit = await DepositAsync(50_00);
        string session = deposit.Instruction.Split('/')[^1];
        _stripe.Pay(session);
        _stripe.Trouble = StripeTrouble.Away;

        await Assert.ThrowsAsync<StorageUnavailableException>(() => SendAsync("checkout.session.completed", About(session)));

        _stripe.Trouble = StripeTrouble.None;
        Assert.Equal(WebhookStatus.Taken, await SendAsync("checkout.session.completed", About(session)));
        Assert.Equal(50_00, await _alice.AvailableAsync());
    }

    [Fact]
    public void A_silo_does_not_start_with_settings_that_make_no_sense_and_names_each_and_no_secret()
    {
        Assert.Empty(RailsOf([]).GetServices<IPaymentRail>());

        IServiceProvider wrong = RailsOf(new()
        {
            ["WebhookSecrets"] = "secret-one",
            ["ApiKey"] = "pk_live_secret-two",
            ["Currencies"] = "EUR KWD",
            ["ApiBase"] = "http://api.example",
            ["Patience"] = "00:00:00",
        });
        OptionsValidationException told = Assert.Throws<OptionsValidationException>(wrong.GetRequiredService<IStartupValidator>().Validate);
        Assert.Equal(
            ["ApiKey", "WebhookSecrets", "ReturnUrl", "Currencies", "ApiBase", "Patience"],
            told.Failures.Select(problem => problem.Split(' ')[0].Split(':')[^1]));
        Assert.DoesNotContain(told.Failures, problem => problem.Contains("secret-", StringComparison.Ordinal));

        IServiceProvider right = RailsOf(new()
        {
            ["WebhookSecrets"] = "whsec_a_new_one_of_many_letters whsec_the_old_one_of_many_letters",
            ["ApiKey"] = "rk_live_1",
            ["ReturnUrl"] = "https://chat.example/paid",
            ["Currencies"] = "EUR usd JPY",
        });
        right.GetRequiredService<IStartupValidator>().Validate();
        RailDescription rail = Assert.Single(right.GetServices<IPaymentRail>()).Description;
        Assert.Equal((StripeRail.Name, false), (rail.Rail, rail.PlayMoney));
        Assert.Equal([new Currency("EUR"), new Currency("USD"), new Currency("JPY")], rail.Currencies);
    }

    [Fact]
    public void A_silo_does_not_start_with_play_money_beside_real_money_nor_with_a_secret_that_could_be_guessed()
    {
        Dictionary<string, string?> live = new()
        {
            ["WebhookSecrets"] = "whsec_a_new_one_of_many_letters",
            ["ApiKey"] = "rk_live_1",
            ["ReturnUrl"] = "https://chat.example/paid",
        };
        RailsOf(live).GetRequiredService<IStartupValidator>().Validate();

        Dictionary<string, string?> both = new(live)
        {
            [$"/{SimRailOptions.Section}:Url"] = "http://127.0.0.1:5085",
            [$"/{SimRailOptions.Section}:ApiKey"] = "0123456789abcdef",
            [$"/{SimRailOptions.Section}:WebhookSecrets"] = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        };
        OptionsValidationException mixed = Assert.Throws<OptionsValidationException>(RailsOf(both).GetRequiredService<IStartupValidator>().Validate);
        Assert.Contains("real money (stripe) and of play money (sim)", Assert.Single(mixed.Failures), StringComparison.Ordinal);

        RailsOf(new(both) { ["ApiKey"] = "sk_test_1" }).GetRequiredService<IStartupValidator>().Validate();
        OptionsValidationException cut = Assert.Throws<OptionsValidationException>(
            RailsOf(new(live) { ["WebhookSecrets"] = "whsec_cut" }).GetRequiredService<IStartupValidator>().Validate);
        Assert.Contains(":WebhookSecrets ", Assert.Single(cut.Failures), StringComparison.Ordinal);
    }

    private static ServiceProvider RailsOf(Dictionary<string, string?> settings)
    {
        IConfiguration configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.ToDictionary(
                one => one.Key.StartsWith('/') ? one.Key[1..] : $"{StripeRailOptions.Section}:{one.Key}", one => one.Value)).Build();
        return new ServiceCollection().AddSingleton(configuration).AddSingleton(TimeProvider.System).AddPaymentRails(configuration).BuildServiceProvider();
    }

    private static JsonObject About(string id) => new() { ["id"] = id };

    private async Task<RailPaymentDescription> DepositAsync(long minorUnits)
    {
        RailPaymentDecided ordered = await _cluster.Grains.RailPayment(Guid.NewGuid()).Deposit(
            new DepositOverRail(_alice.Caller, StripeRail.Name, WalletCluster.Euro, minorUnits));
        Assert.Equal((RailPaymentStatus.Accepted, RailPaymentState.UnderWay), (ordered.Status, ordered.Payment!.State));
        return ordered.Payment;
    }

    private Task<RailPaymentDecided> WithdrawAsync(Guid payment, long minorUnits, string destination) => _cluster.Grains.RailPayment(payment).Withdraw(
        _alice.SignWithdrawal(payment, minorUnits, StripeRail.Name, destination));

    private async Task<RailPaymentDescription> DescribeAsync(Guid payment) =>
        (await _cluster.Grains.RailPayment(payment).Describe(new DescribeRailPayment(_alice.Caller))).Payment!;

    private async Task<WebhookStatus> SendAsync(string type, JsonObject about, string secret = StripeStub.Secret, TimeSpan age = default)
    {
        (IReadOnlyList<WebhookHeader> headers, byte[] body) = StripeStub.Event(
            type, about.DeepClone().AsObject(), _cluster.Time.GetUtcNow() - age, secret);
        return (await _cluster.Grains.RailDirectory().Receive(new ReceiveWebhook(StripeRail.Name, headers, body))).Status;
    }

    /// <summary>Rail, books and verifier say the same, with nothing left to explain.</summary>
    private async Task AssertReconciledAsync(long minorUnits)
    {
        RailReconciled found = await _cluster.Grains.RailDirectory().Reconcile(new ReconcileRail(StripeRail.Name));
        RailCurrencyReconciled euro = Assert.Single(found.Currencies);
        Assert.Equal((ReconcileStatus.Done, minorUnits, minorUnits, 0L), (found.Status, euro.RailHolds, euro.LedgerSays, euro.BreakCount));
        Assert.Empty(found.Changed);
        Assert.Empty((await new LedgerVerifier(_database.DataSource).RunAsync(Cancelled)).Violations);
        await using var command = _database.DataSource.CreateCommand("SELECT opening, closing FROM rail_statement ORDER BY day DESC LIMIT 1");
        await using var row = await command.ExecuteReaderAsync(Cancelled);
        Assert.True(await row.ReadAsync(Cancelled));
        Assert.Equal((0L, minorUnits), (row.GetInt64(0), row.GetInt64(1)));
    }
}
