using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

using XChat.GrainInterfaces.Wallets;
using XChat.Grains.GroupCommit;
using XChat.Grains.Wallets;
using XChat.Grains.Wallets.GroupCommit;
using XChat.Grains.Wallets.Holders;
using XChat.Protocol.Wallets;
using XChat.Testing.Wallets;

namespace XChat.ClusterTests.Wallets;

/// <summary>Another activation of a wallet, as it may exist for a moment on another silo: it writes to the same ledger by lanes of its own.</summary>
internal sealed class SecondActivation(IWalletLedger ledger, LedgerCommitter committer) : IAsyncDisposable
{
    public static SecondActivation Of(WalletCluster cluster)
    {
        IWalletLedger ledger = cluster.Services.GetRequiredService<IWalletLedger>();
        return new SecondActivation(ledger, new LedgerCommitter(
            ledger,
            new FreshNews(TimeProvider.System),
            Options.Create(new WalletOptions()),
            cluster.Services.GetRequiredService<WalletMetrics>(),
            TimeProvider.System,
            NullLogger<LedgerCommitter>.Instance));
    }

    public Task<StoredWallet> LoadAsync(TestPayer payer) => ledger.LoadAsync(payer.Key, CancellationToken.None);

    public async Task<bool> TryPayAsync(TestPayer payer, TestPayer payee, long minorUnits) =>
        await TryPayAsync(await LoadAsync(payer), payee, minorUnits);

    public async Task<bool> TryPayAsync(StoredWallet view, TestPayer payee, long minorUnits)
    {
        WalletState state = new(view);
        TransferMoney order = WalletCluster.Order(payee.Key, minorUnits);
        WalletDecision decision = WalletRules.Decide(
            state,
            new TransferCommand(order.Command, order.Actor, CommandDigest.Of(view.Key, order), order.Legs),
            PaymentTerms.None,
            TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
        return decision.Status == WalletStatus.Accepted
            && await committer.TryAdd(null, state, new CommitFence(), decision.Command!)!.Outcome == ChunkOutcome.Committed;
    }

    public ValueTask DisposeAsync() => committer.DisposeAsync();
}
