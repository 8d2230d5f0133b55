using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

using Microsoft.Extensions.DependencyInjection;

using XChat.GrainInterfaces;
using XChat.GrainInterfaces.Wallets;
using XChat.Grains.Wallets;
using XChat.Protocol.Wallets;
using XChat.Testing.GroupCommit;
using XChat.Testing.Wallets;

namespace XChat.ClusterTests.Wallets;

/// <summary>The measurement <c>transfer.duration</c>: one for each answer of a wallet to a command, with the status that its caller got.</summary>
public sealed class TransferDurationTests
{
    [Fact]
    public async Task Every_answer_is_measured_once_with_its_status()
    {
        InMemoryLedger stored = new();
        FaultyLedger ledger = new(stored);
        await using WalletCluster cluster = await WalletCluster.StartAsync(stored, ledger, options => options.RecentCommands = 2);
        TestPayer alice = await TestPayer.CreateAsync(cluster, 100_00);
        TestPayer bob = await TestPayer.CreateAsync(cluster);
        using Measured measured = new(cluster);
        TransferId pending = TransferId.New();
        TransferMoney transfer = WalletCluster.Order(bob.Key, 1_00);

        await measured.OnceAsync(WalletStatus.Accepted, alice.Wallet.Transfer(transfer));
        await measured.OnceAsync(WalletStatus.AlreadyAccepted, alice.Wallet.Transfer(transfer));
        await measured.OnceAsync(WalletStatus.InsufficientFunds, alice.Wallet.Transfer(WalletCluster.Order(bob.Key, 500_00)));
        await measured.OnceAsync(WalletStatus.AmountInvalid, alice.Wallet.Transfer(WalletCluster.Order(bob.Key, 0)));
        await measured.OnceAsync(WalletStatus.Accepted, alice.PayAsync(bob, 1_00));
        await measured.OnceAsync(WalletStatus.Accepted, alice.PayAsync(bob, 1_00));
        await measured.OnceAsync(WalletStatus.AlreadyAccepted, alice.Wallet.Transfer(transfer));
        await measured.OnceAsync(WalletStatus.OrderInvalid, alice.Wallet.Pay(new PayOrder(alice.Caller, [], [], [])));
        await measured.OnceAsync(WalletStatus.NotAllowed, bob.Wallet.Pay(alice.Sign(alice.Order(bob, 1_00)) with { Caller = bob.Caller }));
        await measured.OnceAsync(WalletStatus.Accepted, alice.PayAsync(bob, 1_00, PaymentKind.WithAcceptance, pending));
        await measured.OnceAsync(WalletStatus.Accepted, bob.ResolveAsync(alice, pending, PendingResolution.Post));
        await measured.OnceAsync(WalletStatus.PendingResolved, bob.ResolveAsync(alice, pending, PendingResolution.Post));
        await measured.OnceAsync(WalletStatus.PendingNotFound, bob.ResolveAsync(alice, TransferId.New(), PendingResolution.Post));
        await measured.OnceAsync(WalletStatus.OrderInvalid, alice.Wallet.Redeem(new RedeemCode(bob.Caller, [], [], 1)));
        ledger.Faults.Next = _ => LogFault.LostBefore;
        await Assert.ThrowsAsync<StorageUnavailableException>(() => alice.PayAsync(bob, 1_00));
        measured.Nothing();
    }

    [Fact]
    public async Task A_command_that_was_lost_and_is_decided_anew_is_measured_once()
    {
        InMemoryLedger stored = new();
        FaultyLedger ledger = new(stored);
        await using WalletCluster cluster = await WalletCluster.StartAsync(stored, ledger);
        TestPayer alice = await TestPayer.CreateAsync(cluster, 100_00);
        TestPayer bob = await TestPayer.CreateAsync(cluster);
        using Measured measured = new(cluster);
        int refused = 0;
        ledger.Faults.Next = _ => refused++ == 0 ? LogFault.Refused : LogFault.None;

        await measured.OnceAsync(WalletStatus.Accepted, alice.Wallet.Transfer(WalletCluster.Order(bob.Key, 1_00)));

        Assert.True(refused > 1, "Nothing was lost.");
    }

    /// <summary>What a cluster's silo has measured since the last look.</summary>
    private sealed class Measured : IDisposable
    {
        private readonly ConcurrentQueue<string?> _outcomes = new();
        private readonly MeterListener _listener;

        public Measured(WalletCluster cluster)
        {
            IMeterFactory meters = cluster.Services.GetRequiredService<IMeterFactory>();
            _listener = new MeterListener
            {
                InstrumentPublished = (instrument, listening) =>
                {
                    if (instrument.Name == "transfer.duration" && instrument.Meter is { Name: WalletMetrics.MeterName } meter && meter.Scope == meters)
                    {
                        listening.EnableMeasurementEvents(instrument);
                    }
                },
            };
            _listener.SetMeasurementEventCallback<double>((_, _, tags, _) => _outcomes.Enqueue(Assert.Single(tags.ToArray()).Value as string));
            _listener.Start();
        }

        public async Task OnceAsync(WalletStatus expected, Task<TransferDecided> call)
        {
            Assert.Equal(expected, (await call).Status);
            Assert.Equal([expected.ToString()], _outcomes);
            _outcomes.Clear();
        }

        public void Nothing() => Assert.Empty(_outcomes);

        public void Dispose() => _listener.Dispose();
    }
}
