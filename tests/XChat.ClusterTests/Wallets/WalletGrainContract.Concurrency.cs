using Microsoft.Extensions.DependencyInjection;

using XChat.GrainInterfaces.Wallets;
using XChat.Grains.Wallets;
using XChat.Protocol.Wallets;
using XChat.Testing.Wallets;

namespace XChat.ClusterTests.Wallets;

/// <summary>Many at once, and two activations of one wallet.</summary>
public abstract partial class WalletGrainContract
{
    [Fact]
    public async Task Nobody_spends_more_than_there_is_however_many_commands_come_at_once()
    {
        (TestPayer alice, TestPayer bob) = await PairAsync(100);

        TransferDecided[] answers = await Task.WhenAll(Enumerable.Range(0, 300).Select(_ => alice.PayAsync(bob, 1)));

        Assert.Equal(100, answers.Count(answer => answer.Status == WalletStatus.Accepted));
        Assert.Equal(200, answers.Count(answer => answer.Status == WalletStatus.InsufficientFunds));
        Assert.Equal(Enumerable.Range(1, 100).Select(seq => (long)seq), answers.Select(answer => answer.Seq).Where(seq => seq > 0).Order());
        Assert.Equal((0, 100), (await alice.AvailableAsync(), await bob.AvailableAsync()));
    }

    [Fact]
    public async Task One_account_is_credited_by_all_at_once_and_every_entry_has_its_place_and_balance()
    {
        TestPayer[] payers = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => TestPayer.CreateAsync(Cluster, 10)));
        TestPayer shop = await TestPayer.CreateAsync(Cluster);

        TransferDecided[] answers = await Task.WhenAll(payers.SelectMany(payer => Enumerable.Range(0, 10).Select(_ => payer.PayAsync(shop, 1))));
        StatementEntry[] entries =
        [
            .. (await shop.Wallet.Statement(new ReadStatement(0, 200, StatementFilter.None))).Entries,
            .. (await shop.Wallet.Statement(new ReadStatement(101, 200, StatementFilter.None))).Entries,
        ];

        Assert.All(answers, answer => Assert.Equal(WalletStatus.Accepted, answer.Status));
        Assert.Equal(Enumerable.Range(1, 300).Reverse().Select(place => ((long)place, (long)place)), entries.Select(entry => (entry.Entry, entry.Balance)));
        Assert.Equal(300, await shop.AvailableAsync());
    }

    [Fact]
    public async Task One_refused_command_never_fails_those_beside_it()
    {
        TestPayer[] people = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => TestPayer.CreateAsync(Cluster, 10)));
        TransferId used = TransferId.New();
        await people[0].PayAsync(people[1], 1, id: used);
        await Cluster.DeactivateAsync(people[0].Wallet);

        // A used id, too little money and an unknown payee are among payments that are all in order.
        TransferDecided[] answers = await Task.WhenAll(people.Select((person, index) => (index % 10) switch
        {
            3 => person.PayAsync(people[(index + 1) % 40], 1, id: used),
            5 => person.PayAsync(people[(index + 1) % 40], 11_00),
            7 => person.PayAsync(new TestPayer(Cluster, Protocol.Accounts.UserId.New(), default), 1),
            _ => person.PayAsync(people[(index + 1) % 40], 1),
        }));

        WalletStatus[] expected =
        [
            WalletStatus.Accepted, WalletStatus.Accepted, WalletStatus.Accepted, WalletStatus.IdReusedWithDifferentContent, WalletStatus.Accepted,
            WalletStatus.InsufficientFunds, WalletStatus.Accepted, WalletStatus.PayeeUnknown, WalletStatus.Accepted, WalletStatus.Accepted,
        ];
        Assert.Equal(Enumerable.Range(0, 40).Select(index => expected[index % 10]), answers.Select(answer => answer.Status));
    }

    [Fact]
    public async Task An_id_that_is_another_commands_transfer_is_refused_by_name()
    {
        (TestPayer alice, TestPayer bob) = await PairAsync(10_00);
        TransferLeg leg = Leg(bob, 1_00);
        await alice.Wallet.Transfer(new TransferMoney(TransferId.New(), alice.User.Value, [leg]));

        TransferDecided again = await alice.Wallet.Transfer(new TransferMoney(TransferId.New(), alice.User.Value, [leg]));
        TransferDecided paid = await alice.PayAsync(bob, 1_00, id: leg.Transfer);

        Assert.Equal((WalletStatus.IdReusedWithDifferentContent, WalletStatus.IdReusedWithDifferentContent), (again.Status, paid.Status));
        Assert.Equal(WalletStatus.Accepted, (await alice.PayAsync(bob, 9_00)).Status);
    }

    [Fact]
    public async Task A_second_activation_loses_and_nothing_breaks()
    {
        (TestPayer alice, TestPayer bob) = await PairAsync(100);
        await using SecondActivation second = SecondActivation.Of(Cluster);
        int won = 0;

        for (int turn = 0; turn < 30; turn++)
        {
            Task<bool> other = second.TryPayAsync(alice, bob, 1);
            TransferDecided answer = await alice.PayAsync(bob, 1);
            won += await other ? 1 : 0;
            Assert.Equal(WalletStatus.Accepted, answer.Status);
        }

        StatementPage page = await alice.Wallet.Statement(new ReadStatement(0, 200, StatementFilter.None));
        Assert.Equal(30 + won + 1, page.Entries.Count);
        Assert.Equal(100 - 30 - won, await alice.AvailableAsync());
        Assert.Equal(30 + won, await bob.AvailableAsync());
        StoredWallet stored = await Cluster.Services.GetRequiredService<IWalletLedger>().LoadAsync(alice.Key, Cancelled);
        Assert.Equal(30 + won, stored.Counters.Seq);
    }

    [Fact]
    public async Task A_stale_activation_cannot_spend_what_is_gone()
    {
        (TestPayer alice, TestPayer bob) = await PairAsync(100);
        await using SecondActivation second = SecondActivation.Of(Cluster);
        StoredWallet stale = await second.LoadAsync(alice);
        Assert.Equal(WalletStatus.Accepted, (await alice.PayAsync(bob, 100)).Status);

        Assert.False(await second.TryPayAsync(stale, bob, 100));
        Assert.Equal((0, 100), (await alice.AvailableAsync(), await bob.AvailableAsync()));
    }
}
