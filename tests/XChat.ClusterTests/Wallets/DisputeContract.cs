using Microsoft.Extensions.DependencyInjection;

using XChat.GrainInterfaces.Wallets;
using XChat.Grains.Wallets.Disputes;
using XChat.Protocol;
using XChat.Protocol.Wallets;
using XChat.Testing;
using XChat.Testing.Wallets;

namespace XChat.ClusterTests.Wallets;

/// <summary>Refunds, and disputes with their clocks, whatever they are stored in.</summary>
public abstract partial class DisputeContract : IAsyncLifetime
{
    protected static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    protected WalletCluster Cluster { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Cluster = await StartAsync();

    public async ValueTask DisposeAsync()
    {
        await Cluster.DisposeAsync();
        await StopAsync();
        GC.SuppressFinalize(this);
    }

    protected abstract Task<WalletCluster> StartAsync();

    protected virtual ValueTask StopAsync() => ValueTask.CompletedTask;

    protected static void AddDisputes(IServiceCollection services) => services.AddDisputeGrains().Configure<DisputeOptions>(options =>
    {
        options.SweepPause = TimeSpan.FromMilliseconds(100);
        options.SweepLease = TimeSpan.FromMilliseconds(200);
        options.RetryAfter = TimeSpan.FromHours(1);
    });

    [Fact]
    public async Task A_payment_is_given_back_in_parts_and_never_more_than_came()
    {
        (TestPayer alice, TestPayer shop, TransferId payment) = await PaidAsync(10_00);
        PayOrder first = Refund(shop, alice, payment, 4_00);

        TransferDecided[] answers =
        [
            await Dispute(payment).Refund(first),
            await Dispute(payment).Refund(first),
            await Dispute(payment).Refund(Refund(shop, alice, payment, 6_01)),
            await Dispute(payment).Refund(Refund(shop, alice, payment, 6_00)),
            await Dispute(payment).Refund(Refund(shop, alice, payment, 1)),
        ];

        Assert.Equal(
            [WalletStatus.Accepted, WalletStatus.AlreadyAccepted, WalletStatus.NotRefundable, WalletStatus.Accepted, WalletStatus.NotRefundable],
            answers.Select(answer => answer.Status));
        Assert.Equal((100_00, 0), (await alice.AvailableAsync(), await shop.AvailableAsync()));
    }

    [Fact]
    public async Task Only_who_was_paid_gives_back_and_only_to_who_paid()
    {
        (TestPayer alice, TestPayer shop, TransferId payment) = await PaidAsync(10_00);
        TestPayer mallory = await TestPayer.CreateAsync(Cluster, 50_00);
        TransferId waiting = TransferId.New();
        await alice.PayAsync(shop, 5_00, PaymentKind.WithAcceptance, waiting);

        Assert.Equal(WalletStatus.NotRefundable, (await Dispute(payment).Refund(Refund(mallory, alice, payment, 1_00))).Status);
        Assert.Equal(WalletStatus.NotRefundable, (await Dispute(payment).Refund(Refund(shop, mallory, payment, 1_00))).Status);
        Assert.Equal(WalletStatus.NotRefundable, (await Dispute(payment).Refund(Refund(alice, shop, payment, 1_00))).Status);
        Assert.Equal(WalletStatus.NotRefundable, (await Dispute(waiting).Refund(Refund(shop, alice, waiting, 1_00))).Status);
        Assert.Equal(
            WalletStatus.NotRefundable, (await Dispute(TransferId.New()).Refund(Refund(shop, alice, TransferId.New(), 1_00))).Status);
        Assert.Equal(
            WalletStatus.NotAllowed, (await Dispute(payment).Refund(Refund(shop, alice, payment, 1_00) with { Caller = mallory.Caller })).Status);
        Assert.Equal(10_00, await shop.AvailableAsync());
    }

    [Fact]
    public async Task Who_is_right_gets_the_money_and_the_payee_is_charged()
    {
        (TestPayer alice, TestPayer shop, TransferId payment) = await PaidAsync(10_00);
        await Dispute(payment).Refund(Refund(shop, alice, payment, 1_00));

        DisputeAnswered opened = await OpenAsync(alice, payment);
        DisputeAnswered again = await OpenAsync(alice, payment);
        DisputeAnswered decided = await Dispute(payment).Decide(new DecideDispute(true));
        DisputeAnswered repeated = await Dispute(payment).Decide(new DecideDispute(true));
        DisputeAnswered other = await Dispute(payment).Decide(new DecideDispute(false));

        Assert.Equal(
            [DisputeStatus.Accepted, DisputeStatus.AlreadyAccepted, DisputeStatus.Accepted, DisputeStatus.AlreadyAccepted, DisputeStatus.Decided],
            new[] { opened, again, decided, repeated, other }.Select(answer => answer.Status));
        Assert.Equal((9_00L, false, false), (opened.Dispute!.MinorUnits, opened.Dispute.Credited, opened.Dispute.Unsettled));
        Assert.Equal((DisputeState.Upheld, true, false), (decided.Dispute!.State, decided.Dispute.Credited, decided.Dispute.Unsettled));
        Assert.Equal((100_00, 0, 0), (await alice.AvailableAsync(), await shop.AvailableAsync(), await DeskAsync()));
        Assert.Equal(WalletStatus.NotRefundable, (await Dispute(payment).Refund(Refund(shop, alice, payment, 1))).Status);
        Assert.Equal(DisputeStatus.Decided, (await OpenAsync(alice, payment)).Status);
    }

    [Fact]
    public async Task Nobody_decides_for_ten_days_so_the_payer_has_the_money_until_it_is_rejected()
    {
        (TestPayer alice, TestPayer shop, TransferId payment) = await PaidAsync(10_00);
        DisputeAnswered opened = await OpenAsync(alice, payment);
        Assert.Equal(TimeSpan.FromDays(10), TimeSpan.FromMilliseconds(opened.Dispute!.CreditByMs - opened.Dispute.OpenedAtMs));

        Cluster.Time.Advance(TimeSpan.FromDays(10) + TimeSpan.FromMinutes(1));
        await Eventually.HoldsAsync(async () => await alice.AvailableAsync() == 100_00, Cancelled);
        Assert.Equal((10_00, -10_00), (await shop.AvailableAsync(), await DeskAsync()));
        Assert.True((await DescribeAsync(alice, payment)).Dispute!.Credited);

        DisputeAnswered rejected = await Dispute(payment).Decide(new DecideDispute(false));

        Assert.Equal((DisputeStatus.Accepted, false, false), (rejected.Status, rejected.Dispute!.Credited, rejected.Dispute.Unsettled));
        Assert.Equal((90_00, 10_00, 0), (await alice.AvailableAsync(), await shop.AvailableAsync(), await DeskAsync()));
    }

    [Fact]
    public async Task Nobody_decides_at_all_so_the_payer_keeps_the_money_at_the_operators_cost()
    {
        (TestPayer alice, TestPayer shop, TransferId payment) = await PaidAsync(10_00);
        await OpenAsync(alice, payment);

        Cluster.Time.Advance(TimeSpan.FromDays(45) + TimeSpan.FromMinutes(1));
        await Eventually.HoldsAsync(
            async () => (await DescribeAsync(alice, payment)).Dispute is { State: DisputeState.UpheldByTime, Credited: true, Unsettled: false }, Cancelled);

        Assert.Equal((100_00, 10_00, -10_00), (await alice.AvailableAsync(), await shop.AvailableAsync(), await DeskAsync()));
        Assert.Equal(DisputeStatus.Decided, (await Dispute(payment).Decide(new DecideDispute(false))).Status);
    }

    [Fact]
    public async Task A_payee_who_has_nothing_is_charged_as_soon_as_there_is_money_again()
    {
        (TestPayer alice, TestPayer shop, TransferId payment) = await PaidAsync(10_00);
        await shop.PayAsync(await TestPayer.CreateAsync(Cluster), 9_00);
        await OpenAsync(alice, payment);

        DisputeAnswered decided = await Dispute(payment).Decide(new DecideDispute(true));
        Assert.Equal((DisputeState.Upheld, true, true), (decided.Dispute!.State, decided.Dispute.Credited, decided.Dispute.Unsettled));
        Assert.Equal((100_00, 1_00, -10_00), (await alice.AvailableAsync(), await shop.AvailableAsync(), await DeskAsync()));

        await Cluster.FundAsync(shop.User, 20_00);
        Cluster.Time.Advance(TimeSpan.FromHours(2));
        await Eventually.HoldsAsync(async () => await DeskAsync() == 0, Cancelled);
        Assert.Equal((100_00, 11_00), (await alice.AvailableAsync(), await shop.AvailableAsync()));
        await Eventually.HoldsAsync(async () => !(await DescribeAsync(shop, payment)).Dispute!.Unsettled, Cancelled);
    }

    [Fact]
    public async Task What_was_refused_is_not_tried_again_before_its_time_even_if_a_sweep_had_taken_it_before()
    {
        (TestPayer alice, TestPayer shop, TransferId payment) = await PaidAsync(10_00);
        await shop.PayAsync(await TestPayer.CreateAsync(Cluster), 9_00);
        await OpenAsync(alice, payment);
        await Dispute(payment).Decide(new DecideDispute(true));
        await Cluster.FundAsync(shop.User, 20_00);

        await Dispute(payment).Settle();

        Assert.Equal((21_00, -10_00), (await shop.AvailableAsync(), await DeskAsync()));
    }

    [Fact]
    public async Task Who_withdraws_gives_the_credit_back_and_others_have_no_say()
    {
        (TestPayer alice, TestPayer shop, TransferId payment) = await PaidAsync(10_00);
        TestPayer mallory = await TestPayer.CreateAsync(Cluster);
        TransferId waiting = TransferId.New();
        await alice.PayAsync(shop, 1_00, PaymentKind.WithAcceptance, waiting);

        Assert.Equal(DisputeStatus.NotFound, (await OpenAsync(mallory, payment)).Status);
        Assert.Equal(DisputeStatus.NotAllowed, (await OpenAsync(shop, payment)).Status);
        Assert.Equal(DisputeStatus.NotFound, (await OpenAsync(alice, TransferId.New())).Status);
        Assert.Equal(DisputeStatus.NotCompleted, (await OpenAsync(alice, waiting)).Status);
        await OpenAsync(alice, payment);
        Cluster.Time.Advance(TimeSpan.FromDays(11));
        await Eventually.HoldsAsync(async () => (await DescribeAsync(alice, payment)).Dispute!.Credited, Cancelled);
        Assert.Equal(DisputeStatus.NotAllowed, (await Dispute(payment).Withdraw(new WithdrawDispute(shop.Caller))).Status);
        Assert.Equal(DisputeStatus.NotFound, (await Dispute(payment).Withdraw(new WithdrawDispute(mallory.Caller))).Status);
        Assert.Equal(DisputeStatus.NotFound, (await DescribeAsync(mallory, payment)).Status);

        DisputeAnswered withdrawn = await Dispute(payment).Withdraw(new WithdrawDispute(alice.Caller));

        Assert.Equal((DisputeStatus.Accepted, DisputeState.Withdrawn, false), (withdrawn.Status, withdrawn.Dispute!.State, withdrawn.Dispute.Credited));
        Assert.Equal(0, await DeskAsync());
    }

    [Fact]
    public async Task What_is_too_old_or_given_back_already_is_not_disputed()
    {
        (TestPayer alice, TestPayer shop, TransferId payment) = await PaidAsync(10_00);
        (_, _, TransferId other) = await PaidAsync(5_00, alice, shop);
        await Dispute(other).Refund(Refund(shop, alice, other, 5_00));

        Assert.Equal(DisputeStatus.Refunded, (await OpenAsync(alice, other)).Status);
        Cluster.Time.Advance(TimeSpan.FromSeconds(Limits.DisputeSeconds + 60));
        Assert.Equal(DisputeStatus.TooLate, (await OpenAsync(alice, payment)).Status);
    }

    protected IDisputeGrain Dispute(TransferId payment) => Cluster.Grains.Dispute(payment);

    protected Task<DisputeAnswered> OpenAsync(TestPayer by, TransferId payment) => Dispute(payment).Open(new OpenDispute(by.Caller, "nothing came"));

    private Task<DisputeAnswered> DescribeAsync(TestPayer by, TransferId payment) => Dispute(payment).Describe(new DescribeDispute(by.Caller));

    private static PayOrder Refund(TestPayer from, TestPayer to, TransferId payment, long minorUnits) =>
        from.Sign(from.Order(to, minorUnits) with { Reason = TransferReason.Refund, Reference = payment.Value });

    protected async Task<long> DeskAsync()
    {
        BalanceRead read = await Cluster.Grains.Wallet(DisputeTransfers.DeskIn(WalletCluster.Euro)).Balance(new ReadBalance());
        return read.CreditsPosted - read.DebitsPosted;
    }

    protected async Task<(TestPayer Alice, TestPayer Shop, TransferId Payment)> PaidAsync(long minorUnits, TestPayer? alice = null, TestPayer? shop = null)
    {
        alice ??= await TestPayer.CreateAsync(Cluster, 100_00);
        shop ??= await TestPayer.CreateAsync(Cluster);
        TransferId payment = TransferId.New();
        TransferDecided paid = await alice.PayAsync(shop, minorUnits, id: payment);
        Assert.Equal(WalletStatus.Accepted, paid.Status);
        return (alice, shop, payment);
    }
}
