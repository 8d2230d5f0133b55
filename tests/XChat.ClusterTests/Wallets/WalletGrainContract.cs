using XChat.GrainInterfaces.Wallets;
using XChat.Protocol;
using XChat.Protocol.Wallets;
using XChat.Testing.Wallets;

namespace XChat.ClusterTests.Wallets;

/// <summary>What people and the server's other domains rely on of a wallet, whatever it is stored in.</summary>
public abstract partial class WalletGrainContract : IAsyncLifetime
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

    [Fact]
    public async Task A_payment_moves_money_and_stands_in_both_statements()
    {
        (TestPayer alice, TestPayer bob) = await PairAsync(100_00);
        TransferId id = TransferId.New();

        TransferDecided paid = await alice.PayAsync(bob, 12_34, id: id);

        Assert.Equal((WalletStatus.Accepted, 1L, 0L), (paid.Status, paid.Seq, paid.ExpiresAtMs));
        Assert.Equal((87_66, 12_34), (await alice.AvailableAsync(), await bob.AvailableAsync()));
        StatementEntry left = (await Page(alice)).Entries[0];
        StatementEntry came = (await Page(bob)).Entries[0];
        Assert.Equal((id, true, 12_34L, 87_66L, 2L, bob.User.Value), (left.Transfer, left.Debit, left.MinorUnits, left.Balance, left.Entry, left.Other));
        Assert.Equal((id, false, 12_34L, 12_34L, 1L, alice.User.Value), (came.Transfer, came.Debit, came.MinorUnits, came.Balance, came.Entry, came.Other));
        Assert.Equal(paid.TimeMs, left.TimeMs);
    }

    [Fact]
    public async Task A_repeat_gets_the_first_result_even_after_the_wallet_was_out_of_memory()
    {
        (TestPayer alice, TestPayer bob) = await PairAsync(100_00);
        PayOrder order = alice.Sign(alice.Order(bob, 1_00));

        TransferDecided first = await alice.Wallet.Pay(order);
        await alice.PayAsync(bob, 2_00);
        TransferDecided again = await alice.Wallet.Pay(order);
        await Cluster.DeactivateAsync(alice.Wallet);
        TransferDecided later = await alice.Wallet.Pay(order);
        Cluster.Time.Advance(TimeSpan.FromDays(2));
        TransferDecided muchLater = await alice.Wallet.Pay(order);

        Assert.Equal(WalletStatus.Accepted, first.Status);
        Assert.All([again, later, muchLater], answer => Assert.Equal(first with { Status = WalletStatus.AlreadyAccepted }, answer));
        Assert.Equal(97_00, await alice.AvailableAsync());
    }

    [Fact]
    public async Task The_same_id_with_anything_changed_is_refused_and_moves_nothing()
    {
        (TestPayer alice, TestPayer bob) = await PairAsync(100_00);
        TestPayer carol = await TestPayer.CreateAsync(Cluster, 50_00);
        PaymentOrder order = alice.Order(bob, 1_00);
        await alice.Wallet.Pay(alice.Sign(order));
        PaymentOrder[] changed =
        [
            order with { Amount = new Money(1_01, WalletCluster.Euro) },
            order with { Payee = carol.User.Value },
            order with { Kind = PaymentKind.WithAcceptance },
            order with { Reason = TransferReason.SplitShare },
            order with { ExpiresAtMs = order.ExpiresAtMs + 1 },
            order with { Reference = Guid.NewGuid() },
            order with { Conversation = Guid.NewGuid() },
        ];

        foreach (PaymentOrder other in changed)
        {
            Assert.Equal(WalletStatus.IdReusedWithDifferentContent, (await alice.Wallet.Pay(alice.Sign(other))).Status);
        }

        // Also by another wallet, and by another kind of command.
        Assert.Equal(WalletStatus.IdReusedWithDifferentContent, (await carol.PayAsync(bob, 1_00, id: order.Transfer)).Status);
        Assert.Equal(
            WalletStatus.IdReusedWithDifferentContent,
            (await Cluster.Grains.Wallet(WalletCluster.Rail).Transfer(WalletCluster.Order(bob.Key, 1_00, id: order.Transfer))).Status);
        Assert.Equal((99_00, 1_00, 50_00), (await alice.AvailableAsync(), await bob.AvailableAsync(), await carol.AvailableAsync()));
    }

    [Fact]
    public async Task An_id_refused_for_lack_of_funds_stays_refused_and_a_new_one_pays()
    {
        (TestPayer alice, TestPayer bob) = await PairAsync(5_00);
        PayOrder order = alice.Sign(alice.Order(bob, 6_00));

        TransferDecided first = await alice.Wallet.Pay(order);
        await Cluster.FundAsync(alice.User, 10_00);
        TransferDecided again = await alice.Wallet.Pay(order);
        await Cluster.DeactivateAsync(alice.Wallet);
        TransferDecided later = await alice.Wallet.Pay(order);
        TransferDecided anew = await alice.PayAsync(bob, 6_00);

        Assert.All([first, again, later], answer => Assert.Equal(new TransferDecided(WalletStatus.InsufficientFunds, 0, 0, 0), answer));
        Assert.Equal(WalletStatus.Accepted, anew.Status);
        Assert.Equal(9_00, await alice.AvailableAsync());
    }

    [Fact]
    public async Task Money_that_has_come_in_can_be_spent_at_once()
    {
        (TestPayer alice, TestPayer bob) = await PairAsync(1_00);
        await bob.PayAsync(alice, 1);

        for (int turn = 0; turn < 20; turn++)
        {
            (TestPayer from, TestPayer to) = turn % 2 == 0 ? (alice, bob) : (bob, alice);
            Assert.Equal(WalletStatus.Accepted, (await from.PayAsync(to, 1_00)).Status);
        }
    }

    [Fact]
    public async Task A_linked_group_moves_all_of_its_money_or_none()
    {
        (TestPayer alice, TestPayer bob) = await PairAsync(10_00);
        TestPayer carol = await TestPayer.CreateAsync(Cluster);
        TransferLeg[] legs = [Leg(bob, 4_00), Leg(carol, 4_00), Leg(bob, 2_01)];

        TransferDecided tooMuch = await alice.Wallet.Transfer(new TransferMoney(TransferId.New(), alice.User.Value, legs));
        TransferDecided enough = await alice.Wallet.Transfer(
            new TransferMoney(TransferId.New(), alice.User.Value, [legs[0], legs[1], legs[2] with { MinorUnits = 2_00 }]));

        Assert.Equal(WalletStatus.InsufficientFunds, tooMuch.Status);
        Assert.Equal((WalletStatus.Accepted, 1L), (enough.Status, enough.Seq));
        Assert.Equal((0, 6_00, 4_00), (await alice.AvailableAsync(), await bob.AvailableAsync(), await carol.AvailableAsync()));
        Assert.Equal([4L, 3L, 2L, 1L], (await Page(alice)).Entries.Select(entry => entry.Entry));
    }

    [Fact]
    public async Task The_largest_linked_group_goes_through_as_one()
    {
        (TestPayer alice, TestPayer bob) = await PairAsync(Limits.LinkedTransfers);

        TransferDecided paid = await alice.Wallet.Transfer(new TransferMoney(
            TransferId.New(), alice.User.Value, [.. Enumerable.Range(0, Limits.LinkedTransfers).Select(_ => Leg(bob, 1))]));
        TransferDecided tooLong = await alice.Wallet.Transfer(new TransferMoney(
            TransferId.New(), alice.User.Value, [.. Enumerable.Range(0, Limits.LinkedTransfers + 1).Select(_ => Leg(bob, 1))]));

        Assert.Equal((WalletStatus.Accepted, WalletStatus.OrderInvalid), (paid.Status, tooLong.Status));
        Assert.Equal((0, Limits.LinkedTransfers), (await alice.AvailableAsync(), await bob.AvailableAsync()));
    }

    [Fact]
    public async Task A_frozen_wallet_takes_money_and_gives_none()
    {
        (TestPayer alice, TestPayer bob) = await PairAsync(10_00);
        TransferId pending = TransferId.New();
        await alice.PayAsync(bob, 1_00, PaymentKind.WithAcceptance, pending);
        PayOrder order = alice.Sign(alice.Order(bob, 1_00));

        await alice.Wallet.Freeze(new FreezeWallet(true));
        TransferDecided refused = await alice.Wallet.Pay(order);
        await Cluster.DeactivateAsync(alice.Wallet);
        TransferDecided accepted = await bob.ResolveAsync(alice, pending, PendingResolution.Post);
        await Cluster.FundAsync(alice.User, 3_00);
        TransferDecided declined = await bob.ResolveAsync(alice, pending, PendingResolution.Void);
        await alice.Wallet.Freeze(new FreezeWallet(false));
        TransferDecided again = await alice.Wallet.Pay(order);

        Assert.Equal(
            [WalletStatus.AccountFrozen, WalletStatus.AccountFrozen, WalletStatus.Accepted, WalletStatus.AccountFrozen],
            new[] { refused, accepted, declined, again }.Select(answer => answer.Status));
        Assert.Equal(WalletStatus.Accepted, (await alice.PayAsync(bob, 13_00)).Status);
    }

    [Fact]
    public async Task A_statement_is_read_by_pages_and_filters()
    {
        (TestPayer alice, TestPayer bob) = await PairAsync(100_00);
        for (int payment = 0; payment < 7; payment++)
        {
            await (payment % 3 == 2 ? bob.PayAsync(alice, 1) : alice.PayAsync(bob, 2));
        }

        List<StatementEntry> all = [];
        for (long before = 0; all.Count == 0 || before > 0;)
        {
            StatementPage page = await alice.Wallet.Statement(new ReadStatement(before, 3, StatementFilter.None));
            all.AddRange(page.Entries);
            before = page.Next;
        }

        Assert.Equal(Enumerable.Range(1, 8).Reverse().Select(entry => (long)entry), all.Select(entry => entry.Entry));
        Assert.All(all, entry => Assert.Equal(
            all.Where(older => older.Entry <= entry.Entry).Sum(older => older.Debit ? -older.MinorUnits : older.MinorUnits), entry.Balance));
        StatementFilter none = StatementFilter.None;
        Assert.Equal(all.Where(entry => entry.Debit), await FilteredAsync(alice, none with { Direction = StatementDirection.Out }));
        Assert.Equal(all.Where(entry => !entry.Debit), await FilteredAsync(alice, none with { Direction = StatementDirection.In }));
        Assert.Equal([all[^1]], await FilteredAsync(alice, none with { Reason = TransferReason.Deposit }));
        Assert.Equal(
            all.Where(entry => entry.TimeMs >= all[4].TimeMs && entry.TimeMs < all[1].TimeMs),
            await FilteredAsync(alice, none with { FromMs = all[4].TimeMs, UntilMs = all[1].TimeMs }));
    }

    [Fact]
    public async Task A_person_finds_own_wallets_and_transfers_and_nobody_elses()
    {
        (TestPayer alice, TestPayer bob) = await PairAsync(10_00);
        TestPayer mallory = await TestPayer.CreateAsync(Cluster);
        TransferId id = TransferId.New();
        TransferDecided paid = await alice.PayAsync(bob, 4_00, id: id);

        WalletList wallets = await Cluster.Grains.WalletList(alice.User).List(new ListWallets(alice.Caller));
        TransferStanding?[] found =
        [
            (await Cluster.Grains.WalletList(alice.User).FindTransfer(new FindTransfer(alice.Caller, id))).Transfer,
            (await Cluster.Grains.WalletList(bob.User).FindTransfer(new FindTransfer(bob.Caller, id))).Transfer,
        ];

        WalletBalance euros = Assert.Single(wallets.Wallets);
        Assert.Equal(("EUR", 10_00L, 4_00L), (euros.Currency.Code, euros.Counters.CreditsPosted, euros.Counters.DebitsPosted));
        Assert.All(found, standing => Assert.Equal(
            (TransferKind.Posted, alice.Key, bob.Key, 4_00L, paid.Seq, paid.TimeMs),
            (standing!.Kind, standing.Debit, standing.Credit, standing.MinorUnits, standing.Seq, standing.TimeMs)));
        Assert.Null((await Cluster.Grains.WalletList(mallory.User).FindTransfer(new FindTransfer(mallory.Caller, id))).Transfer);
        Assert.Null((await Cluster.Grains.WalletList(alice.User).FindTransfer(new FindTransfer(mallory.Caller, id))).Transfer);
        Assert.Empty((await Cluster.Grains.WalletList(alice.User).List(new ListWallets(mallory.Caller))).Wallets);
    }

    protected async Task<(TestPayer Alice, TestPayer Bob)> PairAsync(long minorUnits) =>
        (await TestPayer.CreateAsync(Cluster, minorUnits), await TestPayer.CreateAsync(Cluster));

    private static TransferLeg Leg(TestPayer to, long minorUnits) =>
        new(TransferId.New(), to.Key, minorUnits, TransferReason.SplitShare, 0, Guid.Empty);

    private static Task<StatementPage> Page(TestPayer person) => person.Wallet.Statement(new ReadStatement(0, 100, StatementFilter.None));

    private static async Task<IEnumerable<StatementEntry>> FilteredAsync(TestPayer person, StatementFilter filter) =>
        (await person.Wallet.Statement(new ReadStatement(0, 100, filter))).Entries;
}
