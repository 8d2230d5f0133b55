using XChat.GrainInterfaces.Wallets;
using XChat.Protocol;
using XChat.Protocol.Wallets;
using XChat.Testing.Wallets;

namespace XChat.ClusterTests.Wallets;

/// <summary>Payments that wait for the payee.</summary>
public abstract partial class WalletGrainContract
{
    [Fact]
    public async Task A_payment_with_acceptance_is_reserved_and_moves_when_the_payee_accepts()
    {
        (TestPayer alice, TestPayer bob) = await PairAsync(10_00);
        TransferId id = TransferId.New();

        TransferDecided reserved = await alice.PayAsync(bob, 4_00, PaymentKind.WithAcceptance, id);
        (long before, long bobBefore) = (await alice.AvailableAsync(), await bob.AvailableAsync());
        TransferDecided accepted = await bob.ResolveAsync(alice, id, PendingResolution.Post);

        Assert.Equal(WalletStatus.Accepted, reserved.Status);
        Assert.Equal(reserved.TimeMs + (Limits.AcceptanceSeconds * 1000L), reserved.ExpiresAtMs);
        Assert.Equal((6_00, 0), (before, bobBefore));
        Assert.Equal((WalletStatus.Accepted, 2L), (accepted.Status, accepted.Seq));
        Assert.Equal((6_00, 4_00), (await alice.AvailableAsync(), await bob.AvailableAsync()));
        Assert.Equal((TransferKind.PostPending, 4_00L, bob.User), await StandingAsync(bob, id));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Declined_or_recalled_money_goes_back(bool byPayee)
    {
        (TestPayer alice, TestPayer bob) = await PairAsync(10_00);
        TransferId id = TransferId.New();
        await alice.PayAsync(bob, 10_00, PaymentKind.WithAcceptance, id);
        TestPayer actor = byPayee ? bob : alice;

        TransferDecided ended = await actor.ResolveAsync(alice, id, PendingResolution.Void);

        Assert.Equal(WalletStatus.Accepted, ended.Status);
        Assert.Equal((10_00, 0), (await alice.AvailableAsync(), await bob.AvailableAsync()));
        Assert.Equal((TransferKind.VoidPending, 0L, actor.User), await StandingAsync(alice, id));
    }

    [Fact]
    public async Task A_payment_that_nobody_accepts_expires_and_goes_back_by_itself()
    {
        (TestPayer alice, TestPayer bob) = await PairAsync(10_00);
        TransferId id = TransferId.New();
        await alice.PayAsync(bob, 10_00, PaymentKind.WithAcceptance, id);

        Cluster.Time.Advance(TimeSpan.FromSeconds(Limits.AcceptanceSeconds));
        TransferDecided late = await bob.ResolveAsync(alice, id, PendingResolution.Post);
        await Testing.Eventually.HoldsAsync(async () => await alice.AvailableAsync() == 10_00, Cancelled);

        Assert.Contains(late.Status, new[] { WalletStatus.PendingExpired, WalletStatus.PendingResolved });
        Assert.Equal((TransferKind.ExpirePending, 0L, default), await StandingAsync(alice, id));
        Assert.Equal(WalletStatus.PendingResolved, (await alice.ResolveAsync(alice, id, PendingResolution.Void)).Status);
    }

    [Fact]
    public async Task A_pending_payment_ends_once_whoever_tries_at_the_same_time()
    {
        (TestPayer alice, TestPayer bob) = await PairAsync(100_00);
        TransferId[] ids = [.. Enumerable.Range(0, 20).Select(_ => TransferId.New())];
        await Task.WhenAll(ids.Select(id => alice.PayAsync(bob, 1_00, PaymentKind.WithAcceptance, id)));

        TransferDecided[][] ended = await Task.WhenAll(ids.Select(id => Task.WhenAll(
            bob.ResolveAsync(alice, id, PendingResolution.Post),
            bob.ResolveAsync(alice, id, PendingResolution.Void),
            alice.ResolveAsync(alice, id, PendingResolution.Void))));

        Assert.All(ended, three =>
        {
            Assert.Single(three, answer => answer.Status == WalletStatus.Accepted);
            Assert.Equal(2, three.Count(answer => answer.Status == WalletStatus.PendingResolved));
        });
        Assert.Equal(100_00, await alice.AvailableAsync() + await bob.AvailableAsync());
    }

    [Fact]
    public async Task Each_party_may_do_its_part_and_strangers_nothing()
    {
        (TestPayer alice, TestPayer bob) = await PairAsync(10_00);
        TestPayer mallory = await TestPayer.CreateAsync(Cluster);
        TransferId id = TransferId.New();
        await alice.PayAsync(bob, 4_00, PaymentKind.WithAcceptance, id);

        (TestPayer Actor, PendingResolution Resolution, long Part, WalletStatus Status)[] refused =
        [
            (alice, PendingResolution.Post, 0, WalletStatus.NotAllowed),
            (alice, PendingResolution.Expire, 0, WalletStatus.NotAllowed),
            (bob, PendingResolution.Expire, 0, WalletStatus.NotAllowed),
            (bob, PendingResolution.Post, 1_00, WalletStatus.NotAllowed),
            (mallory, PendingResolution.Post, 0, WalletStatus.NotAllowed),
            (mallory, PendingResolution.Void, 0, WalletStatus.NotAllowed),
            (bob, PendingResolution.Unspecified, 0, WalletStatus.OrderInvalid),
        ];
        foreach ((TestPayer actor, PendingResolution resolution, long part, WalletStatus status) in refused)
        {
            TransferDecided answer = await alice.Wallet.Resolve(new ResolvePending(TransferId.New(), actor.User, id, resolution, part));
            Assert.Equal(status, answer.Status);
        }

        Assert.Equal(WalletStatus.PendingNotFound, (await bob.ResolveAsync(alice, TransferId.New(), PendingResolution.Post)).Status);
        Assert.Equal(6_00, await alice.AvailableAsync());
    }

    [Fact]
    public async Task The_server_posts_a_part_and_the_rest_goes_back()
    {
        (TestPayer alice, TestPayer bob) = await PairAsync(10_00);
        TransferId id = TransferId.New();
        await alice.PayAsync(bob, 10_00, PaymentKind.WithAcceptance, id);

        TransferDecided tooMuch = await alice.Wallet.Resolve(new ResolvePending(TransferId.New(), default, id, PendingResolution.Post, 10_01));
        TransferDecided negative = await alice.Wallet.Resolve(new ResolvePending(TransferId.New(), default, id, PendingResolution.Post, -1));
        TransferDecided part = await alice.Wallet.Resolve(new ResolvePending(TransferId.New(), default, id, PendingResolution.Post, 7_00));

        Assert.Equal(
            (WalletStatus.AmountTooLarge, WalletStatus.AmountInvalid, WalletStatus.Accepted), (tooMuch.Status, negative.Status, part.Status));
        Assert.Equal((3_00, 7_00), (await alice.AvailableAsync(), await bob.AvailableAsync()));
        Assert.Equal((TransferKind.PostPending, 7_00L, default), await StandingAsync(alice, id));
    }

    [Fact]
    public async Task A_wallet_keeps_a_bounded_number_of_payments_waiting()
    {
        (TestPayer alice, TestPayer bob) = await PairAsync(Limits.PendingPerWallet + 1);
        await Task.WhenAll(Enumerable.Range(0, Limits.PendingPerWallet).Select(_ => alice.PayAsync(bob, 1, PaymentKind.WithAcceptance)));
        await Cluster.DeactivateAsync(alice.Wallet);

        TransferDecided beyond = await alice.PayAsync(bob, 1, PaymentKind.WithAcceptance);
        TransferDecided instant = await alice.PayAsync(bob, 1);

        Assert.Equal((WalletStatus.TooManyPending, WalletStatus.Accepted), (beyond.Status, instant.Status));
    }

    private async Task<(TransferKind Resolution, long Posted, Protocol.Accounts.UserId Resolver)> StandingAsync(TestPayer person, TransferId id)
    {
        TransferFound found = await Cluster.Grains.WalletList(person.User).FindTransfer(new FindTransfer(person.Caller, id));
        return (found.Transfer!.Resolution, found.Transfer.ResolvedMinorUnits, found.Transfer.Resolver);
    }
}
