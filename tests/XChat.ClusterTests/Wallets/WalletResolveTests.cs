using XChat.GrainInterfaces.Wallets;
using XChat.Protocol.Wallets;
using XChat.Testing.Wallets;

namespace XChat.ClusterTests.Wallets;

/// <summary>Resolutions that come at the same time as what they resolve.</summary>
public sealed class WalletResolveTests
{
    [Fact]
    public async Task A_payment_that_is_reserved_while_its_resolution_is_decided_is_not_said_to_be_resolved()
    {
        InMemoryLedger stored = new();
        FaultyLedger ledger = new(stored);
        await using WalletCluster cluster = await WalletCluster.StartAsync(stored, ledger);
        TestPayer alice = await TestPayer.CreateAsync(cluster, 10_00);
        TestPayer bob = await TestPayer.CreateAsync(cluster, 0);
        TransferId id = TransferId.New();
        List<TransferDecided> reserved = [];
        ledger.BeforeFind = async transfer =>
        {
            if (transfer == id && reserved.Count == 0)
            {
                ledger.BeforeFind = _ => Task.CompletedTask;
                reserved.Add(await alice.PayAsync(bob, 4_00, PaymentKind.WithAcceptance, id));
            }
        };

        TransferDecided accepted = await bob.ResolveAsync(alice, id, PendingResolution.Post);
        TransferDecided again = await alice.ResolveAsync(alice, id, PendingResolution.Void);

        Assert.Equal(WalletStatus.Accepted, Assert.Single(reserved).Status);
        Assert.Equal((WalletStatus.Accepted, 2L), (accepted.Status, accepted.Seq));
        Assert.Equal(WalletStatus.PendingResolved, again.Status);
        Assert.Equal((6_00, 4_00), (await alice.AvailableAsync(), await bob.AvailableAsync()));
    }
}
