using XChat.GrainInterfaces.Wallets;
using XChat.Protocol.Wallets;
using XChat.Testing;
using XChat.Testing.GroupCommit;
using XChat.Testing.Wallets;

namespace XChat.ClusterTests.Wallets;

/// <summary>Repeats of commands that a wallet has in memory, on their way or durable.</summary>
public sealed class RecentCommandTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_repeat_that_comes_while_the_first_is_on_its_way_waits_for_it_and_writes_nothing()
    {
        InMemoryLedger stored = new();
        FaultyLedger ledger = new(stored);
        await using WalletCluster cluster = await WalletCluster.StartAsync(stored, ledger);
        (TestPayer alice, TestPayer bob) = await PartiesAsync(cluster);
        TransferId id = TransferId.New();
        PayOrder order = alice.Sign(alice.Order(bob, 3_00, id: id));
        PayOrder other = alice.Sign(alice.Order(bob, 4_00, id: id));
        TaskCompletionSource gate = new();
        ledger.Faults.Gate = gate.Task;
        int before = ledger.Faults.Batches.Count;

        Task<TransferDecided> first = alice.Wallet.Pay(order);
        await Eventually.HoldsAsync(() => ledger.Faults.Batches.Count > before, Cancelled);
        Task<TransferDecided> again = alice.Wallet.Pay(order);
        Task<TransferDecided> changed = alice.Wallet.Pay(other);
        await PassAsync(alice);
        Assert.False(again.IsCompleted || changed.IsCompleted, "A repeat was answered before the first was durable.");
        gate.SetResult();
        TransferDecided next = await alice.PayAsync(bob, 1_00);

        Assert.Equal(WalletStatus.Accepted, next.Status);
        Assert.Equal((WalletStatus.Accepted, 1L), ((await first).Status, (await first).Seq));
        Assert.Equal((WalletStatus.AlreadyAccepted, 1L, (await first).TimeMs), ((await again).Status, (await again).Seq, (await again).TimeMs));
        Assert.Equal(WalletStatus.IdReusedWithDifferentContent, (await changed).Status);
        Assert.Equal(2, ledger.Faults.Batches.Skip(before).Sum());
        Assert.Equal((6_00, 4_00), (await alice.AvailableAsync(), await bob.AvailableAsync()));
    }

    [Fact]
    public async Task A_repeat_of_what_was_lost_is_decided_anew_with_it_and_pays_once()
    {
        InMemoryLedger stored = new();
        FaultyLedger ledger = new(stored);
        await using WalletCluster cluster = await WalletCluster.StartAsync(stored, ledger);
        (TestPayer alice, TestPayer bob) = await PartiesAsync(cluster);
        PayOrder order = alice.Sign(alice.Order(bob, 3_00));
        TaskCompletionSource gate = new();
        ledger.Faults.Gate = gate.Task;
        int before = ledger.Faults.Batches.Count;
        int refused = 0;
        ledger.Faults.Next = _ => refused++ == 0 ? LogFault.Refused : LogFault.None;

        Task<TransferDecided> first = alice.Wallet.Pay(order);
        await Eventually.HoldsAsync(() => ledger.Faults.Batches.Count > before, Cancelled);
        Task<TransferDecided> again = alice.Wallet.Pay(order);
        await PassAsync(alice);
        Assert.False(again.IsCompleted, "A repeat was answered before the first was durable.");
        gate.SetResult();

        WalletStatus[] statuses = [(await first).Status, (await again).Status];
        Assert.True(refused > 1, "Nothing was lost.");
        Assert.Equal([WalletStatus.Accepted, WalletStatus.AlreadyAccepted], statuses.Order());
        Assert.Equal((7_00, 3_00), (await alice.AvailableAsync(), await bob.AvailableAsync()));
    }

    [Fact]
    public async Task A_repeat_of_what_was_lost_hears_what_was_decided_in_its_place()
    {
        InMemoryLedger stored = new();
        FaultyLedger ledger = new(stored);
        await using WalletCluster cluster = await WalletCluster.StartAsync(stored, ledger);
        (TestPayer alice, TestPayer bob) = await PartiesAsync(cluster);
        PayOrder order = alice.Sign(alice.Order(bob, 3_00));
        TaskCompletionSource gate = new();
        ledger.Faults.Gate = gate.Task;
        int before = ledger.Faults.Batches.Count;

        Task<TransferDecided> first = alice.Wallet.Pay(order);
        await Eventually.HoldsAsync(() => ledger.Faults.Batches.Count > before, Cancelled);
        Task<TransferDecided> again = alice.Wallet.Pay(order);
        await PassAsync(alice);
        await stored.SetFrozenAsync(alice.Key, frozen: true, Cancelled);
        gate.SetResult();

        Assert.Equal((WalletStatus.AccountFrozen, WalletStatus.AccountFrozen), ((await first).Status, (await again).Status));
        Assert.Equal((10_00, 0), (await alice.AvailableAsync(), await bob.AvailableAsync()));
    }

    [Fact]
    public async Task The_last_commands_are_repeated_from_memory_and_those_before_from_the_ledger()
    {
        InMemoryLedger stored = new();
        FaultyLedger ledger = new(stored);
        await using WalletCluster cluster = await WalletCluster.StartAsync(stored, ledger, options => options.RecentCommands = 3);
        (TestPayer alice, TestPayer bob) = await PartiesAsync(cluster);
        PayOrder[] orders = [.. Enumerable.Range(1, 7).Select(_ => alice.Sign(alice.Order(bob, 1_00)))];
        foreach (PayOrder order in orders)
        {
            Assert.Equal(WalletStatus.Accepted, (await alice.Wallet.Pay(order)).Status);
        }

        int before = ledger.Faults.Batches.Count;
        TransferDecided[] last = [await alice.Wallet.Pay(orders[4]), await alice.Wallet.Pay(orders[5]), await alice.Wallet.Pay(orders[6])];
        int written = ledger.Faults.Batches.Count - before;
        TransferDecided forgotten = await alice.Wallet.Pay(orders[3]);

        Assert.Equal([(WalletStatus.AlreadyAccepted, 5L), (WalletStatus.AlreadyAccepted, 6L), (WalletStatus.AlreadyAccepted, 7L)],
            last.Select(answer => (answer.Status, answer.Seq)));
        Assert.Equal(0, written);
        Assert.Equal((WalletStatus.AlreadyAccepted, 4L), (forgotten.Status, forgotten.Seq));
        Assert.True(ledger.Faults.Batches.Count > before, "A command that memory has forgotten was answered without the ledger.");
        Assert.Equal((3_00, 7_00), (await alice.AvailableAsync(), await bob.AvailableAsync()));
    }

    private static async Task<(TestPayer Alice, TestPayer Bob)> PartiesAsync(WalletCluster cluster) =>
        (await TestPayer.CreateAsync(cluster, 10_00), await TestPayer.CreateAsync(cluster));

    /// <summary>The wallet takes its calls in their order: once this one is answered, which needs no storage, those before it were looked at.</summary>
    private static async Task PassAsync(TestPayer alice) =>
        Assert.Equal(WalletStatus.OrderInvalid, (await alice.Wallet.Pay(new PayOrder(alice.Caller, [], [], []))).Status);
}
