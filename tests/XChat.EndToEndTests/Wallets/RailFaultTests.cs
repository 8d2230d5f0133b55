using System.Net;
using System.Text.Json;

using Npgsql;

using XChat.Client;
using XChat.Client.Wallets;
using XChat.Crypto.Wallets;
using XChat.EndToEndTests.Client;
using XChat.Protocol;
using XChat.Protocol.Wallets;
using XChat.Testing;
using XChat.Testing.Database;
using XChat.Testing.Processes;

namespace XChat.EndToEndTests.Wallets;

/// <summary>A rail that misbehaves, with a silo, a frontend and the rail as processes. Whatever it does, the books come to zero with it.</summary>
public sealed class RailFaultTests(RailFaultTests.Fixture world) : IClassFixture<RailFaultTests.Fixture>, IAsyncLifetime
{
    private const string Rail = "sim";

    private static readonly Currency Euro = new("EUR");
    private static readonly TimeSpan Patience = TestProcess.Patience;

    private readonly People _people = new();
    private XChatClient _alice = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await world.Rail.MisbehaveAsync(new { }, Cancelled);
        _alice = await _people.JoinAsync(world.Frontend, "alice", Cancelled);
    }

    public ValueTask DisposeAsync() => _people.DisposeAsync();

    [Fact]
    public async Task Webhooks_that_come_late_three_times_and_the_newest_first_credit_a_deposit_once()
    {
        await world.Rail.MisbehaveAsync(new { delayMs = 86_400_000, copies = 3, reorder = true }, Cancelled);
        Guid payment = await DepositAsync(50_00);
        await world.Rail.EndAsync(payment, Cancelled);
        Assert.Equal(RailPaymentState.UnderWay, await StateAsync(payment));
        Assert.Equal(2, (await world.Rail.WebhooksAsync(payment, Cancelled)).Count(webhook => webhook.Open));

        await world.Rail.MisbehaveAsync(new { copies = 3, reorder = true }, Cancelled);
        await ExpectTakenAsync(payment);

        Assert.Equal(RailPaymentState.Completed, await StateAsync(payment));
        await ExpectReconciledAsync(50_00);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_is_forged_or_stale_moves_nothing_until_it_is_signed_anew(bool forged)
    {
        await world.Rail.MisbehaveAsync(forged ? new { forge = true } : new { staleBySeconds = 3600 }, Cancelled);
        Guid payment = await DepositAsync(50_00);
        await world.Rail.EndAsync(payment, Cancelled);

        await Eventually.HoldsAsync(
            async () => (await world.Rail.WebhooksAsync(payment, Cancelled)).All(webhook => webhook is { Attempts: > 0, Open: true }), Cancelled, Patience);
        byte[] secret = forged ? new byte[32] : [.. RailSimProcess.SecretBytes];
        Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(payment, secret, TimeSpan.FromHours(forged ? 0 : 1)));
        Assert.Equal((RailPaymentState.UnderWay, 0L), (await StateAsync(payment), await AvailableAsync(_alice)));

        await world.Rail.MisbehaveAsync(new { }, Cancelled);
        await world.Rail.SendAgainAsync(Cancelled);
        await ExpectTakenAsync(payment);
        Assert.Equal(RailPaymentState.Completed, await StateAsync(payment));
        await ExpectReconciledAsync(50_00);
    }

    [Fact]
    public async Task Webhooks_that_are_lost_are_made_up_for_by_asking_also_of_a_return()
    {
        await world.Rail.MisbehaveAsync(new { lose = true }, Cancelled);
        Guid payment = await DepositAsync(50_00);
        await world.Rail.EndAsync(payment, Cancelled);
        await Eventually.HoldsAsync(
            async () => (await world.Rail.WebhooksAsync(payment, Cancelled)).All(webhook => !webhook.Open), Cancelled, Patience);
        Assert.Equal(RailPaymentState.UnderWay, await StateAsync(payment));

        await world.LetAskAsync(payment);
        await ExpectStateAsync(payment, RailPaymentState.Completed);
        await world.Rail.ReturnAsync(payment, 50_00, Cancelled);
        await world.LetAskAsync(payment);
        await ExpectStateAsync(payment, RailPaymentState.Returned);

        await ExpectReconciledAsync(0);
    }

    [Fact]
    public async Task A_return_after_settlement_takes_back_what_is_there_and_what_was_spent_is_owed_until_the_next_deposit()
    {
        XChatClient bob = await _people.JoinAsync(world.Frontend, "bob", Cancelled);
        Guid first = await DepositAsync(50_00);
        await world.Rail.EndAsync(first, Cancelled);
        await ExpectStateAsync(first, RailPaymentState.Completed);
        await _alice.PayAsync(new PaymentDraft(bob.RequireSelf().User, new Money(40_00, Euro)), Cancelled);

        await world.Rail.ReturnAsync(first, 50_00, Cancelled);
        await ExpectStateAsync(first, RailPaymentState.Returned);
        Assert.Equal(("5000", 10_00L), ((await _alice.GetRailPaymentAsync(first, Cancelled)).Owed.MinorUnits, await AvailableAsync(_alice)));

        Guid second = await DepositAsync(70_00);
        await world.Rail.EndAsync(second, Cancelled);
        await ExpectStateAsync(second, RailPaymentState.Completed);
        await Eventually.HoldsAsync(async () => await AvailableAsync(_alice) == 30_00, Cancelled, Patience);
        Assert.Equal(40_00, await AvailableAsync(bob));
        await ExpectReconciledAsync(30_00);
    }

    [Fact]
    public async Task A_withdrawal_that_comes_back_and_one_that_fails_while_the_rail_is_away_are_in_the_wallet_again()
    {
        Guid deposit = await DepositAsync(50_00);
        await world.Rail.EndAsync(deposit, Cancelled);
        await ExpectStateAsync(deposit, RailPaymentState.Completed);

        Guid good = (await _alice.WithdrawAsync(Rail, new Money(30_00, Euro), cancellationToken: Cancelled)).Payment;
        await world.Rail.EndAsync(good, Cancelled);
        await ExpectStateAsync(good, RailPaymentState.Completed);
        await world.Rail.ReturnAsync(good, 30_00, Cancelled);
        await ExpectStateAsync(good, RailPaymentState.Returned);

        await world.Rail.MisbehaveAsync(new { away = true }, Cancelled);
        Guid late = (await _alice.WithdrawAsync(Rail, new Money(20_00, Euro), "fail", cancellationToken: Cancelled)).Payment;
        Assert.Equal((RailPaymentState.Ordered, 30_00L), (await StateAsync(late), await AvailableAsync(_alice)));
        await world.Rail.MisbehaveAsync(new { }, Cancelled);
        await world.LetAskAsync(late);
        await ExpectStateAsync(late, RailPaymentState.UnderWay);
        await world.Rail.EndAsync(late, Cancelled);
        await ExpectStateAsync(late, RailPaymentState.Failed);

        await ExpectReconciledAsync(50_00);
    }

    [Fact]
    public async Task A_webhook_that_no_silo_could_take_comes_again_when_there_is_one()
    {
        Guid payment = await DepositAsync(50_00);
        await world.KillSiloAsync();
        await world.Rail.EndAsync(payment, Cancelled);
        await Eventually.HoldsAsync(
            async () => (await world.Rail.WebhooksAsync(payment, Cancelled)).Any(webhook => webhook is { Type: "payment.settled", Attempts: > 0, Open: true }),
            Cancelled, Patience);

        await world.RestartSiloAsync();
        await world.Rail.SendAgainAsync(Cancelled);
        await ExpectTakenAsync(payment);

        await ExpectStateAsync(payment, RailPaymentState.Completed);
        await ExpectReconciledAsync(50_00);
    }

    private async Task<Guid> DepositAsync(long minorUnits)
    {
        Guid payment = (await _alice.DepositAsync(Rail, new Money(minorUnits, Euro), Cancelled)).Payment;
        await ExpectStateAsync(payment, RailPaymentState.UnderWay);
        return payment;
    }

    private async Task<RailPaymentState> StateAsync(Guid payment) => (await _alice.GetRailPaymentAsync(payment, Cancelled)).State;

    /// <summary>What a person sees who asks until it is so; a silo that was killed is missed for a while.</summary>
    private Task ExpectStateAsync(Guid payment, RailPaymentState state) => Eventually.HoldsAsync(
        async () =>
        {
            try
            {
                return await StateAsync(payment) == state;
            }
            catch (XChatException away) when (away.Reason == ClientErrorReason.ServerUnreachable)
            {
                return false;
            }
        },
        Cancelled,
        Patience);

    private Task ExpectTakenAsync(Guid payment) => Eventually.HoldsAsync(
        async () => (await world.Rail.WebhooksAsync(payment, Cancelled)).All(webhook => !webhook.Open), Cancelled, Patience);

    private static async Task<long> AvailableAsync(XChatClient person)
    {
        IReadOnlyList<WalletView> wallets = await person.BalancesAsync(Cancelled);
        return wallets.Count == 0 ? 0 : long.Parse(Assert.Single(wallets).Available.MinorUnits, System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>Sends what says that a deposit has settled, as the rail would, but signed with a key and at a time of the test's choice.</summary>
    private async Task<HttpStatusCode> PostAsync(Guid payment, byte[] secret, TimeSpan age)
    {
        var settled = new
        {
            id = payment, reference = $"sim_{payment:N}", kind = "deposit", amount = "5000", currency = "EUR", destination = "", state = "settled",
            returned = "0", failure = "",
        };
        byte[] body = JsonSerializer.SerializeToUtf8Bytes(new { type = "payment.settled", data = settled });
        DateTimeOffset at = TimeProvider.System.GetUtcNow() - age;
        using HttpClient http = new();
        using HttpRequestMessage request = new(HttpMethod.Post, world.Webhook) { Content = new ByteArrayContent(body) };
        request.Headers.Add(WebhookSignature.IdHeader, "msg_1");
        request.Headers.Add(WebhookSignature.TimestampHeader, $"{at.ToUnixTimeSeconds()}");
        request.Headers.Add(WebhookSignature.SignatureHeader, WebhookSignature.Sign(secret, "msg_1", at, body));
        using HttpResponseMessage answer = await http.SendAsync(request, Cancelled);
        return answer.StatusCode;
    }

    /// <summary>The person has so much, the rail and the books agree to zero, and the ledger is in order.</summary>
    private async Task ExpectReconciledAsync(long minorUnits)
    {
        Assert.Equal(minorUnits, await AvailableAsync(_alice));
        using JsonDocument found = JsonDocument.Parse(string.Concat(await world.Admin.SucceedAsync(Cancelled, "rails", "reconcile", "--json")));
        JsonElement euro = Assert.Single(found.RootElement.GetProperty("currencies").EnumerateArray());
        Assert.Equal(("0.00", 0), (euro.GetProperty("difference").GetString(), euro.GetProperty("breakCount").GetInt64()));
        _ = await world.Admin.SucceedAsync(Cancelled, "ledger", "verify");
    }

    /// <summary>One silo, one frontend and the rail, shared by these tests, which run one after the other. Nothing is asked by itself for an hour.</summary>
    public sealed class Fixture(PostgresFixture postgres) : IAsyncLifetime
    {
        private TestDatabase _database = null!;
        private ProcessCluster _cluster = null!;

        public RailSimProcess Rail { get; private set; } = null!;

        public Uri Frontend => _cluster.Frontends[0].Address;

        public string Webhook => Frontend.AbsoluteUri.TrimEnd('/') + Routes.Rails + RailFaultTests.Rail + Routes.RailWebhooks;

        internal AdminProcess Admin { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            _database = await postgres.CreateDatabaseAsync(CancellationToken.None);
            Rail = await RailSimProcess.StartAsync(postgres, CancellationToken.None);
            Dictionary<string, string?> settings = new(ProcessCluster.ManyClients.Concat(Rail.SiloSettings))
            {
                ["XChat__Rails__FirstPause"] = "01:00:00",
                ["XChat__Rails__RestPause"] = "01:00:00",
                ["XChat__Rails__SweepPause"] = "00:00:00.2",
            };
            _cluster = await ProcessCluster.StartAsync(_database.ConnectionString, silos: 1, frontends: 1, CancellationToken.None, settings);
            Admin = new AdminProcess(_database.ConnectionString);
            await Rail.NameWebhookAsync(Webhook, CancellationToken.None);
        }

        public async ValueTask DisposeAsync()
        {
            await _cluster.DisposeAsync();
            await Rail.DisposeAsync();
            await _database.DisposeAsync();
        }

        /// <summary>Lets the pause be over after which the rail is asked about a payment.</summary>
        public async Task LetAskAsync(Guid payment)
        {
            await using NpgsqlCommand command = _database.DataSource.CreateCommand("UPDATE rail_payment SET due_at = now() WHERE payment_id = $1");
            command.Parameters.AddWithValue(payment);
            await command.ExecuteNonQueryAsync(Cancelled);
        }

        public async Task KillSiloAsync()
        {
            _cluster.Silos[0].Process.Kill();
            await _cluster.Silos[0].Process.WaitForExitAsync(Cancelled);
        }

        public async Task RestartSiloAsync()
        {
            await _cluster.Silos[0].RestartAsync();
            await _cluster.Silos[0].WaitUntilReadyAsync(Cancelled);
        }
    }
}
