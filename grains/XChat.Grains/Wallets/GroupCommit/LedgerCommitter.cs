using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

using XChat.Grains.GroupCommit;

namespace XChat.Grains.Wallets.GroupCommit;

/// <summary>
/// The group commit of a silo's wallets: many of them share one transaction, and each account is debited in the order of its decisions.
/// </summary>
public sealed class LedgerCommitter : IAsyncDisposable
{
    // What a row takes beside its card: ids, numbers, a hash.
    private const int RowBytes = 400;

    private readonly CommitLanes<LedgerChunk, DecidedCommand> _lanes;

    public LedgerCommitter(
        IWalletLedger ledger, FreshNews news, IOptions<WalletOptions> options, WalletMetrics metrics, TimeProvider time, ILogger<LedgerCommitter> logger)
    {
        _lanes = new CommitLanes<LedgerChunk, DecidedCommand>(options.Value.Lanes, options.Value.LaneFill, () =>
            new CommitLane<LedgerChunk, DecidedCommand>(ledger.OpenWriter(news), options.Value.ToLaneLimits(), metrics.Lane, time, logger));
    }

    /// <summary>
    /// Queues a command behind those that <paramref name="fence"/> has queued, in the chunk <paramref name="open"/> if that has not left yet. The
    /// answer is the chunk that it is in; null when the queue is full and nothing was done.
    /// </summary>
    /// <param name="open">The view's last chunk.</param>
    /// <param name="state">What the command was decided on; it is not applied yet.</param>
    /// <param name="fence">The view.</param>
    /// <param name="command">What was decided.</param>
    public LedgerChunk? TryAdd(LedgerChunk? open, WalletState state, CommitFence fence, DecidedCommand command)
    {
        // How much may go back is for the ledger to say, whatever was decided: what it refuses takes nothing else with it.
        bool alone = command.GivesBack;
        int rows = Math.Max(command.Transfers.Count, 1);
        return _lanes.TryAdd(
            fence,
            alone ? null : open,
            command,
            rows,
            (rows * RowBytes) + (command.Card?.Payload.Length ?? 0),
            (state, fence, alone),
            static view => new LedgerChunk(view.state, view.fence, view.alone));
    }

    /// <summary>Commits what is queued and lets the connections go.</summary>
    public ValueTask DisposeAsync() => _lanes.DisposeAsync();
}
