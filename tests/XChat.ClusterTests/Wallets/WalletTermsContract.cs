using Microsoft.Extensions.DependencyInjection;

using XChat.GrainInterfaces.Wallets;
using XChat.Grains.Wallets.Holders;
using XChat.Protocol.Wallets;
using XChat.Testing.Wallets;

namespace XChat.ClusterTests.Wallets;

/// <summary>What jurisdiction, tier and limits let people do, whatever the ledger is stored in.</summary>
public abstract class WalletTermsContract : IAsyncLifetime
{
    /// <summary>Of the rules below.</summary>
    private const long PaymentMost = 20_00;
    private const long DayMost = 50_00;

    protected static MoneyRules Rules { get; } = MoneyRules.Parse(
        """
        {
          "version": 1,
          "defaultJurisdiction": "AA",
          "jurisdictions": {
            "AA": {
              "payments": true,
              "defaultTier": "basic",
              "tiers": {
                "basic": {
                  "features": ["all"],
                  "limits": [
                    { "direction": "out", "window": "payment", "currency": "*", "amount": "20" },
                    { "direction": "out", "window": "day", "currency": "*", "amount": "50", "count": 5 },
                    { "direction": "out", "window": "month", "currency": "EUR", "amount": "120.00" }
                  ]
                },
                "shop": {
                  "features": ["receive"],
                  "limits": [
                    { "direction": "in", "window": "payment", "currency": "*", "amount": "15" },
                    { "direction": "in", "window": "day", "currency": "*", "amount": "30" },
                    { "direction": "in", "window": "year", "currency": "*", "count": 7 }
                  ]
                },
                "free": { "features": ["all"], "limits": [] },
                "giver": { "features": ["pay"], "limits": [] }
              }
            },
            "BB": { "payments": false, "defaultTier": "none", "tiers": { "none": { "features": ["all"], "limits": [] } } }
          }
        }
        """);

    protected static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    protected WalletCluster Cluster { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Cluster = await StartAsync();
        // No day ends while a test runs.
        Cluster.Time.Stop();
    }

    public async ValueTask DisposeAsync()
    {
        await Cluster.DisposeAsync();
        await StopAsync();
        GC.SuppressFinalize(this);
    }

    protected abstract Task<WalletCluster> StartAsync();

    protected virtual ValueTask StopAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task One_payment_a_day_and_a_month_each_have_their_limit_and_the_next_window_is_open_again()
    {
        (TestPayer alice, TestPayer bob) = await PairAsync();
        ToNextMonth();

        Assert.Equal(WalletStatus.LimitReached, (await alice.PayAsync(bob, PaymentMost + 1)).Status);
        await PayAllAsync(alice, bob, PaymentMost, PaymentMost, DayMost - (2 * PaymentMost));
        Assert.Equal(WalletStatus.LimitReached, (await alice.PayAsync(bob, 1)).Status);

        Cluster.Time.Advance(TimeSpan.FromDays(1));
        await PayAllAsync(alice, bob, PaymentMost, PaymentMost, DayMost - (2 * PaymentMost));
        Cluster.Time.Advance(TimeSpan.FromDays(1));
        // A hundred of the month's hundred and twenty are gone.
        await PayAllAsync(alice, bob, PaymentMost);
        Assert.Equal(WalletStatus.LimitReached, (await alice.PayAsync(bob, 1)).Status);

        ToNextMonth();
        await PayAllAsync(alice, bob, PaymentMost);
        Assert.Equal(1_000_00 - 140_00, await alice.AvailableAsync());
    }

    [Fact]
    public async Task The_number_of_payments_is_limited_also_after_the_wallet_was_out_of_memory_and_a_refusal_stays_with_its_id()
    {
        (TestPayer alice, TestPayer bob) = await PairAsync();
        await PayAllAsync(alice, bob, 1, 1, 1, 1);
        await Cluster.DeactivateAsync(alice.Wallet);
        await PayAllAsync(alice, bob, 1);
        PayOrder order = alice.Sign(alice.Order(bob, 1) with { ExpiresAtMs = Cluster.Time.GetUtcNow().AddHours(23).ToUnixTimeMilliseconds() });

        TransferDecided refused = await alice.Wallet.Pay(order);
        await AssignAsync(alice, tier: "free");
        TransferDecided again = await alice.Wallet.Pay(order);
        TransferDecided anew = await alice.PayAsync(bob, 1);

        Assert.Equal([WalletStatus.LimitReached, WalletStatus.LimitReached, WalletStatus.Accepted], new[] { refused, again, anew }.Select(paid => paid.Status));
    }

    [Fact]
    public async Task Payments_that_are_decided_at_once_stay_within_the_limits_together()
    {
        (TestPayer alice, TestPayer bob) = await PairAsync();

        TransferDecided[] paid = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => alice.PayAsync(bob, 11_00)));

        Assert.Equal(4, paid.Count(answer => answer.Status == WalletStatus.Accepted));
        Assert.Equal(36, paid.Count(answer => answer.Status == WalletStatus.LimitReached));
        Assert.Equal(44_00, await bob.AvailableAsync());
    }

    [Fact]
    public async Task What_comes_in_is_limited_whoever_pays_and_nobody_else_is_held_up()
    {
        TestPayer shop = await PersonAsync(tier: "shop");
        TestPayer[] payers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => PersonAsync(100_00)));
        TestPayer other = await PersonAsync();

        TransferDecided[] paid = await Task.WhenAll(payers.Select(payer => payer.PayAsync(shop, 10_00)));
        TransferDecided[] unlimited = await Task.WhenAll(payers.Select(payer => payer.PayAsync(other, 10_00)));

        Assert.Equal(3, paid.Count(answer => answer.Status == WalletStatus.Accepted));
        Assert.Equal(17, paid.Count(answer => answer.Status == WalletStatus.PayeeLimitReached));
        Assert.All(unlimited, answer => Assert.Equal(WalletStatus.Accepted, answer.Status));
        Assert.Equal(30_00, await shop.AvailableAsync());
        Assert.Equal(WalletStatus.PayeeLimitReached, (await payers[0].PayAsync(shop, 15_01)).Status);

        Cluster.Time.Advance(TimeSpan.FromDays(1));
        Assert.Equal(WalletStatus.Accepted, (await payers[1].PayAsync(shop, 10_00)).Status);
    }

    [Fact]
    public async Task A_payment_that_waits_is_spent_when_ordered_and_received_when_accepted()
    {
        TestPayer shop = await PersonAsync(tier: "shop");
        TestPayer alice = await PersonAsync(100_00);
        TransferId[] waiting = [.. Enumerable.Range(0, 4).Select(_ => TransferId.New())];
        foreach (TransferId id in waiting)
        {
            Assert.Equal(WalletStatus.Accepted, (await alice.PayAsync(shop, 12_00, PaymentKind.WithAcceptance, id)).Status);
        }

        Assert.Equal(WalletStatus.LimitReached, (await alice.PayAsync(shop, 3_00, PaymentKind.WithAcceptance)).Status);
        Assert.Equal(WalletStatus.Accepted, (await shop.ResolveAsync(alice, waiting[0], PendingResolution.Void)).Status);
        // Declined or not, it was ordered today.
        Assert.Equal(WalletStatus.LimitReached, (await alice.PayAsync(shop, 3_00)).Status);
        TransferDecided[] accepted =
        [
            await shop.ResolveAsync(alice, waiting[1], PendingResolution.Post),
            await shop.ResolveAsync(alice, waiting[2], PendingResolution.Post),
            await shop.ResolveAsync(alice, waiting[3], PendingResolution.Post),
        ];

        Assert.Equal(
            [WalletStatus.Accepted, WalletStatus.Accepted, WalletStatus.PayeeLimitReached], accepted.Select(answer => answer.Status));
        Assert.Equal(24_00, await shop.AvailableAsync());
    }

    [Fact]
    public async Task Where_there_are_no_payments_nobody_pays_or_is_paid_and_what_is_there_stays()
    {
        (TestPayer alice, TestPayer bob) = await PairAsync();
        await PayAllAsync(alice, bob, 5_00);
        await AssignAsync(bob, jurisdiction: "BB");

        TransferDecided away = await bob.PayAsync(alice, 1_00);
        TransferDecided there = await alice.PayAsync(bob, 1_00);
        await AssignAsync(bob, jurisdiction: "AA");

        Assert.Equal((WalletStatus.PaymentsUnavailable, WalletStatus.PayeeUnavailable), (away.Status, there.Status));
        Assert.Equal(5_00, await bob.AvailableAsync());
        Assert.Equal(WalletStatus.Accepted, (await bob.PayAsync(alice, 1_00)).Status);
    }

    [Fact]
    public async Task A_tier_has_its_ways_of_paying_and_no_others()
    {
        TestPayer giver = await PersonAsync(100_00);
        TestPayer bob = await PersonAsync();
        await AssignAsync(giver, tier: "giver");

        Assert.Equal(WalletStatus.Accepted, (await giver.PayAsync(bob, 1_00)).Status);
        Assert.Equal(WalletStatus.FeatureUnavailable, (await giver.PayAsync(bob, 1_00, PaymentKind.WithAcceptance)).Status);
        Assert.Equal(WalletStatus.PayeeUnavailable, (await bob.PayAsync(giver, 50)).Status);
        // What has arrived at a rail has to go somewhere.
        await Cluster.FundAsync(giver.User, 1_00);
    }

    [Fact]
    public async Task Who_is_blocked_pays_nothing_and_is_not_paid_in_any_currency()
    {
        (TestPayer alice, TestPayer bob) = await PairAsync();
        TransferId waiting = TransferId.New();
        await alice.PayAsync(bob, 1_00, PaymentKind.WithAcceptance, waiting);
        HolderAssigned blocked = await AssignAsync(alice, blocked: true);

        Assert.Equal((HolderStatus.Accepted, true), (blocked.Status, blocked.Blocked));
        Assert.Equal(WalletStatus.AccountFrozen, (await alice.PayAsync(bob, 1_00)).Status);
        Assert.Equal(WalletStatus.AccountFrozen, (await bob.ResolveAsync(alice, waiting, PendingResolution.Post)).Status);
        Assert.Equal(WalletStatus.PayeeUnavailable, (await (await PersonAsync(10_00)).PayAsync(alice, 1_00)).Status);
        Assert.True((await alice.Wallet.Balance(new ReadBalance())).Frozen);
        await AssignAsync(alice, blocked: false);
        Assert.Equal(WalletStatus.Accepted, (await bob.ResolveAsync(alice, waiting, PendingResolution.Post)).Status);
    }

    [Fact]
    public async Task Who_comes_into_a_tier_with_limits_has_used_them_with_what_was_paid_before()
    {
        TestPayer alice = await PersonAsync(1_000_00);
        TestPayer bob = await PersonAsync();
        await AssignAsync(alice, tier: "free");
        await PayAllAsync(alice, bob, 19_00, 19_00, 11_00);

        await AssignAsync(alice, tier: "basic");

        Assert.Equal(WalletStatus.LimitReached, (await alice.PayAsync(bob, 2_00)).Status);
        Assert.Equal(WalletStatus.Accepted, (await alice.PayAsync(bob, 1_00)).Status);
        HolderDescribed described = await Cluster.Grains.Holder(alice.User).Describe(new DescribeHolder([WalletCluster.Euro]));
        LimitUsed day = Assert.Single(described.Limits, limit => limit.Window == LimitWindow.Day);
        Assert.Equal((50_00L, 50_00L, 5L, 4L), (day.MostMinorUnits, day.UsedMinorUnits, day.MostCount, day.UsedCount));
    }

    [Fact]
    public async Task Linked_transfers_are_ruled_together_by_each_of_them()
    {
        (TestPayer alice, TestPayer bob) = await PairAsync();
        TestPayer giver = await PersonAsync(100_00, tier: "giver");

        Assert.Equal(
            WalletStatus.FeatureUnavailable, await PayLinkedAsync(giver, (bob, 1_00, TransferReason.SplitShare), (alice, 1_00, TransferReason.Payment)));
        Assert.Equal(
            WalletStatus.PayeeUnavailable, await PayLinkedAsync(alice, (bob, 1_00, TransferReason.Payment), (giver, 1_00, TransferReason.Payment)));
        Assert.Equal(
            WalletStatus.LimitReached, await PayLinkedAsync(alice, (bob, 11_00, TransferReason.Payment), (bob, 9_01, TransferReason.SplitShare)));
        Assert.Equal(
            WalletStatus.Accepted, await PayLinkedAsync(alice, (bob, 11_00, TransferReason.Payment), (bob, 9_00, TransferReason.SplitShare)));
    }

    [Fact]
    public async Task Money_that_is_given_back_or_corrected_is_nobodys_limit()
    {
        (TestPayer alice, TestPayer bob) = await PairAsync();

        TransferId wrong = TransferId.New();
        await Cluster.Grains.Wallet(WalletCluster.Rail).Transfer(WalletCluster.Order(alice.Key, 900_00, TransferReason.Deposit, wrong));
        TransferMoney order = WalletCluster.Order(bob.Key, 900_00, TransferReason.Correction);

        TransferDecided refund = await alice.Wallet.Transfer(order with { Legs = [order.Legs[0] with { Reference = wrong.Value }] });

        Assert.Equal(WalletStatus.Accepted, refund.Status);
        Assert.Equal(WalletStatus.Accepted, (await alice.PayAsync(bob, 20_00)).Status);
    }

    [Fact]
    public async Task Refusals_come_in_the_documented_order()
    {
        (TestPayer alice, TestPayer bob) = await PairAsync();
        await AssignAsync(bob, tier: "shop");
        for (int pending = 0; pending < 5; pending++)
        {
            await alice.PayAsync(bob, 1, PaymentKind.WithAcceptance);
        }

        List<WalletStatus> seen = [];
        async Task PayTooMuchAsync() => seen.Add((await alice.PayAsync(bob, 2_000_00)).Status);
        await alice.Wallet.Freeze(new FreezeWallet(true));
        await AssignAsync(alice, jurisdiction: "BB");
        await AssignAsync(bob, blocked: true);
        await PayTooMuchAsync();
        await alice.Wallet.Freeze(new FreezeWallet(false));
        await PayTooMuchAsync();
        await AssignAsync(alice, jurisdiction: "AA", tier: "shop");
        await PayTooMuchAsync();
        await AssignAsync(alice, tier: "basic");
        await PayTooMuchAsync();
        await AssignAsync(bob, blocked: false);
        await PayTooMuchAsync();
        await AssignAsync(alice, tier: "free");
        await PayTooMuchAsync();
        await AssignAsync(bob, tier: "free");
        await PayTooMuchAsync();

        Assert.Equal(
            [
                WalletStatus.AccountFrozen, WalletStatus.PaymentsUnavailable, WalletStatus.FeatureUnavailable, WalletStatus.PayeeUnavailable,
                WalletStatus.LimitReached, WalletStatus.PayeeLimitReached, WalletStatus.InsufficientFunds,
            ],
            seen);
    }

    [Fact]
    public async Task What_the_rules_do_not_have_cannot_be_said_about_anybody()
    {
        TestPayer alice = await PersonAsync();

        Assert.Equal(HolderStatus.JurisdictionUnknown, (await AssignAsync(alice, jurisdiction: "ZZ")).Status);
        Assert.Equal(HolderStatus.TierUnknown, (await AssignAsync(alice, tier: "gold")).Status);
        Assert.Equal(
            HolderStatus.UserUnknown,
            (await Cluster.Grains.Holder(Protocol.Accounts.UserId.New()).Assign(new AssignHolder(null, "free", null))).Status);
        HolderDescribed described = await Cluster.Grains.Holder(alice.User).Describe(new DescribeHolder([]));
        Assert.Equal(("AA", "basic", 0L, false), (described.Jurisdiction, described.Tier, described.Version, described.Blocked));
    }

    /// <summary>The grains have not heard of it: only the transaction can refuse.</summary>
    [Fact]
    public async Task A_tier_that_is_lowered_behind_the_wallets_back_holds_for_the_next_payment()
    {
        TestPayer alice = await PersonAsync(1_000_00);
        TestPayer bob = await PersonAsync();
        await AssignAsync(alice, tier: "free");
        await PayAllAsync(alice, bob, 100_00);

        Assert.True(await Store.TrySetAsync(new StoredHolder(alice.User, string.Empty, "basic", false, 2), NowMs, Cancelled));
        TransferDecided refused = await alice.PayAsync(bob, 5_00);

        Assert.Equal(WalletStatus.LimitReached, refused.Status);
        Assert.Equal(900_00, await alice.AvailableAsync());
    }

    private IHolderStore Store => Cluster.Services.GetRequiredService<IHolderStore>();

    private long NowMs => Cluster.Time.GetUtcNow().ToUnixTimeMilliseconds();

    private static async Task PayAllAsync(TestPayer from, TestPayer to, params long[] amounts)
    {
        foreach (long amount in amounts)
        {
            Assert.Equal((amount, WalletStatus.Accepted), (amount, (await from.PayAsync(to, amount)).Status));
        }
    }

    private static async Task<WalletStatus> PayLinkedAsync(TestPayer from, params (TestPayer To, long MinorUnits, TransferReason Reason)[] legs) =>
        (await from.Wallet.Transfer(new TransferMoney(
            TransferId.New(),
            from.User.Value,
            [.. legs.Select(leg => new TransferLeg(TransferId.New(), leg.To.Key, leg.MinorUnits, leg.Reason, 0, Guid.Empty))]))).Status;

    private async Task<(TestPayer Alice, TestPayer Bob)> PairAsync() => (await PersonAsync(1_000_00), await PersonAsync());

    private async Task<TestPayer> PersonAsync(long minorUnits = 0, string? tier = null)
    {
        TestPayer person = await TestPayer.CreateAsync(Cluster, minorUnits);
        if (tier is not null)
        {
            await AssignAsync(person, tier: tier);
        }

        return person;
    }

    private Task<HolderAssigned> AssignAsync(TestPayer person, string? jurisdiction = null, string? tier = null, bool? blocked = null) =>
        Cluster.Grains.Holder(person.User).Assign(new AssignHolder(jurisdiction, tier, blocked));

    /// <summary>Windows are the calendar's: a test that spans several begins with the first.</summary>
    private void ToNextMonth()
    {
        DateTimeOffset now = Cluster.Time.GetUtcNow();
        DateTimeOffset first = new DateTimeOffset(now.Year, now.Month, 1, 1, 0, 0, TimeSpan.Zero).AddMonths(1);
        Cluster.Time.Advance(first - now);
    }
}
