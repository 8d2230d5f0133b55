using XChat.GrainInterfaces.Wallets;
using XChat.Grains.Wallets;
using XChat.Protocol.Wallets;
using XChat.Testing.Wallets;

namespace XChat.ClusterTests.Wallets;

/// <summary>What is told of a transfer after it is durable.</summary>
public abstract partial class WalletGrainContract
{
    [Fact]
    public async Task Both_parties_hear_of_a_payment_and_its_conversation_gets_the_card()
    {
        (TestPayer alice, TestPayer bob) = await PairAsync(10_00);
        Guid conversation = Guid.NewGuid();
        byte[] card = [1, 2, 3, 4];
        PaymentOrder order = alice.Order(bob, 1_00, conversation: conversation, card: card);

        await alice.Wallet.Pay(alice.Sign(order, card));
        await Testing.Eventually.HoldsAsync(() => Heard(bob, order.Transfer) && Heard(alice, order.Transfer) && !Cluster.News.Shown.IsEmpty, Cancelled);

        (TransferId transfer, Protocol.Accounts.UserId payer, PaymentCard shown) = Assert.Single(Cluster.News.Shown);
        Assert.Equal((order.Transfer, alice.User, conversation, alice.Device), (transfer, payer, shown.Conversation, shown.Device));
        Assert.Equal(card, shown.Payload);
    }

    [Fact]
    public async Task Both_parties_hear_how_a_pending_payment_ended_under_its_own_id()
    {
        (TestPayer alice, TestPayer bob) = await PairAsync(10_00);
        TransferId id = TransferId.New();
        await alice.PayAsync(bob, 1_00, PaymentKind.WithAcceptance, id);
        await Testing.Eventually.HoldsAsync(() => Heard(bob, id), Cancelled);
        Cluster.News.Told.Clear();

        await bob.ResolveAsync(alice, id, PendingResolution.Post);

        await Testing.Eventually.HoldsAsync(() => Heard(bob, id) && Heard(alice, id), Cancelled);
    }

    [Fact]
    public async Task What_could_not_be_told_is_told_later()
    {
        (TestPayer alice, TestPayer bob) = await PairAsync(10_00);
        TransferId id = TransferId.New();
        int failures = 0;
        Cluster.News.Before = transfer =>
        {
            if (transfer == id && Interlocked.Increment(ref failures) <= 4)
            {
                throw new TimeoutException("The test's devices are not reached.");
            }
        };

        await alice.PayAsync(bob, 1_00, id: id);

        await Testing.Eventually.HoldsAsync(() => Heard(bob, id) && Heard(alice, id), Cancelled);
        Assert.True(failures > 4);
    }

    private bool Heard(TestPayer person, TransferId transfer) => Cluster.News.Told.Contains((person.User, transfer));
}
