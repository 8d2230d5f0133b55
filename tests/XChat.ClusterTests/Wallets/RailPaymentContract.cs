using XChat.GrainInterfaces.Wallets;
using XChat.Grains.Wallets.Holders;
using XChat.Protocol.Wallets;
using XChat.Testing;
using XChat.Testing.Wallets;

namespace XChat.ClusterTests.Wallets;

/// <summary>What people rely on of deposits and withdrawals.</summary>
public abstract class RailPaymentContract : IAsyncLifetime
{
    protected static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    protected ScriptedRail Rail { get; } = new();

    protected WalletCluster Cluster { get; private set; } = null!;

    /// <summary>Payments in one jurisdiction and none in another.</summary>
    protected static MoneyRules Rules { get; } = MoneyRules.Parse(
        """
        {
          "version": 1,
          "defaultJurisdiction": "ON",
          "jurisdictions": {
            "ON": { "payments": true, "defaultTier": "free", "tiers": { "free": { "features": ["all"], "limits": [] } } },
            "OFF": { "payments": false, "defaultTier": "none", "tiers": { "none": { "features": ["all"], "limits": [] } } }
          }
        }
        """);

    private TestPayer Alice { get; set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Cluster = await StartAsync();
        // The rail is asked when a test says so, not when it took long.
        Cluster.Time.Stop();
        Alice = await TestPayer.CreateAsync(Cluster);
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
    public async Task A_deposit_is_credited_when_it_settles_and_once_however_often_that_is_said()
    {
        Guid payment = Guid.NewGuid();
        RailPaymentDecided ordered = await DepositAsync(payment);
        RailPaymentDecided again = await DepositAsync(payment);
        Assert.Equal((RailPaymentStatus.Accepted, RailPaymentState.UnderWay), (ordered.Status, ordered.Payment!.State));
        Assert.Equal(RailPaymentStatus.AlreadyAccepted, again.Status);
        Assert.Equal((1, 0L), (Rail.Orders, await Alice.AvailableAsync()));

        RailReport settled = Rail.Do(payment, RailStage.Settled);
        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Grain(payment).Observe(settled)));
        await Cluster.DeactivateAsync(Grain(payment));
        await Grain(payment).Observe(settled with { Stage = RailStage.UnderWay });

        Assert.Equal((RailPaymentState.Completed, 50_00L), (await StateAsync(payment), await Alice.AvailableAsync()));
        Assert.Equal(50_00, await HeldByRailAsync());
    }

    [Fact]
    public async Task A_lost_webhook_is_made_up_for_by_asking()
    {
        Guid payment = Guid.NewGuid();
        await DepositAsync(payment);
        Rail.Do(payment, RailStage.Settled);

        Cluster.Time.Advance(TimeSpan.FromSeconds(6));
        await Eventually.HoldsAsync(async () => await StateAsync(payment) == RailPaymentState.Completed, Cancelled);
        Assert.Equal(50_00, await Alice.AvailableAsync());

        Rail.Do(payment, RailStage.Settled, returned: 50_00);
        Cluster.Time.Advance(TimeSpan.FromHours(1));
        await Eventually.HoldsAsync(async () => await StateAsync(payment) == RailPaymentState.Returned, Cancelled);
        Assert.Equal((0L, 0L), (await Alice.AvailableAsync(), await HeldByRailAsync()));
    }

    [Fact]
    public async Task A_rail_that_is_away_is_told_when_it_is_back_and_only_once()
    {
        Guid payment = Guid.NewGuid();
        Rail.Away = true;
        RailPaymentDecided ordered = await DepositAsync(payment);
        Assert.Equal((RailPaymentStatus.Accepted, RailPaymentState.Ordered), (ordered.Status, ordered.Payment!.State));

        Rail.Away = false;
        Cluster.Time.Advance(TimeSpan.FromSeconds(6));
        await Eventually.HoldsAsync(async () => await StateAsync(payment) == RailPaymentState.UnderWay, Cancelled);
        Assert.Equal(1, Rail.Orders);
    }

    [Fact]
    public async Task A_withdrawal_reserves_and_goes_when_it_settles_or_comes_free_when_it_fails()
    {
        await Cluster.FundAsync(Alice.User, 100_00);
        (Guid good, Guid bad) = (Guid.NewGuid(), Guid.NewGuid());

        RailPaymentDecided first = await WithdrawAsync(Order(good, 30_00));
        await WithdrawAsync(Order(bad, 20_00));
        Assert.Equal((RailPaymentStatus.Accepted, RailPaymentState.UnderWay), (first.Status, first.Payment!.State));
        Assert.Equal(50_00, await Alice.AvailableAsync());

        await Grain(good).Observe(Rail.Do(good, RailStage.Settled));
        await Grain(bad).Observe(Rail.Do(bad, RailStage.Failed));

        Assert.Equal((RailPaymentState.Completed, RailPaymentState.Failed), (await StateAsync(good), await StateAsync(bad)));
        Assert.Equal((70_00L, -30_00L), (await Alice.AvailableAsync(), await HeldByRailAsync()));
        await Grain(good).Observe(Rail.Do(good, RailStage.Settled, returned: 10_00));
        await Grain(good).Observe(Rail.Do(good, RailStage.Settled, returned: 30_00));
        Assert.Equal((RailPaymentState.Returned, 100_00L, 0L), (await StateAsync(good), await Alice.AvailableAsync(), await HeldByRailAsync()));
    }

    [Fact]
    public async Task Nobody_takes_the_money_of_a_withdrawal_back_while_the_rail_may_have_paid_it_out()
    {
        await Cluster.FundAsync(Alice.User, 100_00);
        Guid payment = Guid.NewGuid();
        TransferId reserved = (await WithdrawAsync(Order(payment, 30_00))).Payment!.Transfer;

        TransferDecided recalled = await Alice.ResolveAsync(Alice, reserved, PendingResolution.Void);
        await Grain(payment).Observe(Rail.Do(payment, RailStage.Settled));

        Assert.Equal(WalletStatus.NotAllowed, recalled.Status);
        Assert.Equal((RailPaymentState.Completed, 70_00L), (await StateAsync(payment), await Alice.AvailableAsync()));
    }

    [Fact]
    public async Task A_deposit_that_is_taken_back_after_it_was_spent_is_owed_and_the_next_deposit_pays_it()
    {
        TestPayer bob = await TestPayer.CreateAsync(Cluster);
        (Guid first, Guid second) = (Guid.NewGuid(), Guid.NewGuid());
        await DepositAsync(first);
        await Grain(first).Observe(Rail.Do(first, RailStage.Settled));
        await Alice.PayAsync(bob, 40_00);

        await Grain(first).Observe(Rail.Do(first, RailStage.Settled, returned: 50_00));

        RailPaymentDescription back = (await Grain(first).Describe(new DescribeRailPayment(Alice.Caller))).Payment!;
        Assert.Equal((RailPaymentState.Returned, 50_00L, 50_00L), (back.State, back.ReturnedMinorUnits, back.OwedMinorUnits));
        Assert.Equal((10_00L, 40_00L, 0L), (await Alice.AvailableAsync(), await bob.AvailableAsync(), await HeldByRailAsync()));
        Assert.Equal(50_00, await OwedAsync());

        await DepositAsync(second, 70_00);
        await Grain(second).Observe(Rail.Do(second, RailStage.Settled));
        Assert.Equal((30_00L, 0L, 70_00L), (await Alice.AvailableAsync(), await OwedAsync(), await HeldByRailAsync()));
    }

    [Fact]
    public async Task No_deposit_is_ordered_where_there_are_no_payments_or_by_who_is_blocked_and_what_was_on_its_way_arrives()
    {
        IHolderGrain holder = Cluster.Grains.Holder(Alice.User);
        (Guid before, Guid later) = (Guid.NewGuid(), Guid.NewGuid());
        await DepositAsync(before);

        await holder.Assign(new AssignHolder("OFF", null, null));
        RailPaymentDecided off = await DepositAsync(later);
        RailPaymentDecided repeated = await DepositAsync(before);
        await holder.Assign(new AssignHolder("ON", null, Blocked: true));
        RailPaymentDecided blocked = await DepositAsync(later);
        await Grain(before).Observe(Rail.Do(before, RailStage.Settled));
        await holder.Assign(new AssignHolder(null, null, Blocked: false));

        Assert.Equal((RailPaymentStatus.WalletRefused, WalletStatus.PaymentsUnavailable, null), (off.Status, off.Wallet, off.Payment));
        Assert.Equal(RailPaymentStatus.AlreadyAccepted, repeated.Status);
        Assert.Equal((RailPaymentStatus.WalletRefused, WalletStatus.AccountFrozen, null), (blocked.Status, blocked.Wallet, blocked.Payment));
        Assert.Equal((1, 50_00L), (Rail.Orders, await Alice.AvailableAsync()));
        // Nothing was kept with the id, so the same order goes when it may.
        Assert.Equal(RailPaymentStatus.Accepted, (await DepositAsync(later)).Status);
    }

    [Fact]
    public async Task What_came_back_before_it_was_credited_never_is()
    {
        Guid payment = Guid.NewGuid();
        await DepositAsync(payment);

        await Grain(payment).Observe(Rail.Do(payment, RailStage.Settled, returned: 50_00));

        Assert.Equal((RailPaymentState.Returned, 0L, 0L), (await StateAsync(payment), await Alice.AvailableAsync(), await HeldByRailAsync()));
    }

    [Fact]
    public async Task Every_wrong_order_has_its_status_and_moves_nothing()
    {
        await Cluster.FundAsync(Alice.User, 10_00);
        TestPayer mallory = await TestPayer.CreateAsync(Cluster);
        Guid id = Guid.NewGuid();
        WithdrawOverRail good = Order(id, 1_00);
        (RailPaymentStatus Expected, RailPaymentDecided Got)[] cases =
        [
            (RailPaymentStatus.RailUnknown, await DepositAsync(id, rail: "other")),
            (RailPaymentStatus.CurrencyNotServed, await Grain(id).Deposit(new DepositOverRail(Alice.Caller, ScriptedRail.Name, new Currency("USD"), 1))),
            (RailPaymentStatus.AmountInvalid, await DepositAsync(id, 0)),
            (RailPaymentStatus.AmountInvalid, await DepositAsync(id, -1)),
            (RailPaymentStatus.AmountTooLarge, await DepositAsync(id, Protocol.Limits.TransferMinorUnits + 1)),
            (RailPaymentStatus.OrderInvalid, await Grain(id).Withdraw(good with { Destination = "elsewhere" })),
            (RailPaymentStatus.OrderInvalid, await Grain(Guid.NewGuid()).Withdraw(good)),
            (RailPaymentStatus.NotAllowed, await Grain(id).Withdraw(good with { Caller = mallory.Caller })),
            (RailPaymentStatus.SignatureInvalid, await Grain(id).Withdraw(good with { Signature = new byte[64] })),
            (RailPaymentStatus.OrderExpired, await Grain(id).Withdraw(Order(id, 1_00, minutes: 0))),
            (RailPaymentStatus.OrderExpired, await Grain(id).Withdraw(Order(id, 1_00, minutes: 24 * 60 + 1))),
            (RailPaymentStatus.RailUnknown, await Grain(id).Withdraw(Order(id, 1_00, rail: "other"))),
            (RailPaymentStatus.AmountInvalid, await Grain(id).Withdraw(Order(id, 0))),
            (RailPaymentStatus.DestinationInvalid, await Grain(id).Withdraw(Order(id, 1_00, destination: "nowhere"))),
        ];
        Assert.All(cases, one => Assert.Equal(one.Expected, one.Got.Status));

        // The wallet's refusal is kept with the id.
        RailPaymentDecided tooMuch = await Grain(id).Withdraw(Order(id, 10_01));
        Assert.Equal((RailPaymentStatus.WalletRefused, WalletStatus.InsufficientFunds), (tooMuch.Status, tooMuch.Wallet));
        Assert.Equal(RailPaymentStatus.IdReusedWithDifferentContent, (await Grain(id).Withdraw(Order(id, 10_00))).Status);
        Assert.Equal(RailPaymentStatus.NotFound, (await Grain(id).Describe(new DescribeRailPayment(mallory.Caller))).Status);
        Assert.False((await Grain(Guid.NewGuid()).Observe(
            new RailReport(ScriptedRail.Name, "x", WalletCluster.Euro, 1, RailStage.Settled, 0, string.Empty, string.Empty))).Known);
        Assert.Equal((0, 10_00L, 0L), (Rail.Orders, await Alice.AvailableAsync(), await HeldByRailAsync()));
    }

    [Fact]
    public async Task A_frozen_wallet_settles_its_withdrawal_when_it_is_thawed()
    {
        await Cluster.FundAsync(Alice.User, 100_00);
        Guid payment = Guid.NewGuid();
        await WithdrawAsync(Order(payment, 30_00));
        await Alice.Wallet.Freeze(new FreezeWallet(true));

        await Grain(payment).Observe(Rail.Do(payment, RailStage.Settled));
        Assert.Equal(RailPaymentState.UnderWay, await StateAsync(payment));
        await Alice.Wallet.Freeze(new FreezeWallet(false));
        Cluster.Time.Advance(TimeSpan.FromMinutes(1));

        await Eventually.HoldsAsync(async () => await StateAsync(payment) == RailPaymentState.Completed, Cancelled);
        Assert.Equal(70_00, await Alice.AvailableAsync());
    }

    private IRailPaymentGrain Grain(Guid payment) => Cluster.Grains.RailPayment(payment);

    private Task<RailPaymentDecided> DepositAsync(Guid payment, long minorUnits = 50_00, string rail = ScriptedRail.Name) =>
        Grain(payment).Deposit(new DepositOverRail(Alice.Caller, rail, WalletCluster.Euro, minorUnits));

    private Task<RailPaymentDecided> WithdrawAsync(WithdrawOverRail order)
    {
        Assert.True(WithdrawalOrder.TryDecode(order.Order, out WithdrawalOrder? read));
        return Grain(read!.Payment).Withdraw(order);
    }

    private WithdrawOverRail Order(Guid payment, long minorUnits, int minutes = 5, string rail = ScriptedRail.Name, string destination = "home") =>
        Alice.SignWithdrawal(payment, minorUnits, rail, destination, minutes);

    private async Task<RailPaymentState> StateAsync(Guid payment) => (await Grain(payment).Describe(new DescribeRailPayment(Alice.Caller))).Payment!.State;

    /// <summary>What the rail holds for the server: what it is negative by.</summary>
    private async Task<long> HeldByRailAsync()
    {
        BalanceRead rail = await Cluster.Grains.Wallet(RailWallet.Of(ScriptedRail.Name, WalletCluster.Euro)).Balance(new ReadBalance());
        return rail.DebitsPosted - rail.CreditsPosted;
    }

    private async Task<long> OwedAsync()
    {
        BalanceRead debt = await Cluster.Grains.Wallet(RailWallet.ReceivableFrom(Alice.User, WalletCluster.Euro)).Balance(new ReadBalance());
        return debt.DebitsPosted - debt.CreditsPosted;
    }
}
