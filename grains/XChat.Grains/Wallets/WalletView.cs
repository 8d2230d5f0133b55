using XChat.Grains.GroupCommit;
using XChat.Grains.Wallets.GroupCommit;
using XChat.Protocol.Wallets;

namespace XChat.Grains.Wallets;

/// <summary>
/// An account as one activation sees it since it last loaded. Each command is decided on all those before it, durable or on their way; when one of
/// them turns out not to be durable, the whole view is dropped and every command that waits is decided anew. Nothing is answered from it before its
/// commit.
/// </summary>
internal sealed class WalletView(StoredWallet stored, LedgerCommitter committer, int recent)
{
    private readonly CommitFence _fence = new();
    private readonly RecentCommands _recent = new(recent);
    private LedgerChunk? _last;

    /// <summary>What the next command is decided on.</summary>
    public WalletState State { get; } = new(stored);

    /// <summary>Something that was decided is not durable: the account has to be loaded again.</summary>
    public bool Broken => _fence.Broken;

    /// <summary>
    /// What the state rests on and is not known to be durable yet; null when all of it is. Chunks of a view end in their order, and after one that is lost none
    /// is committed: when the last one is durable, so is every command of the view.
    /// </summary>
    public Task<ChunkOutcome>? InFlight => _last is { Outcome.IsCompleted: false } last ? last.Outcome : null;

    /// <inheritdoc cref="RecentCommands.Find"/>
    public RecentCommand? Find(TransferId command) => _recent.Find(command);

    /// <summary>Lets go of the last chunk once it has ended: nobody needs the rows of a payment that is durable.</summary>
    public void LetGo()
    {
        if (InFlight is null)
        {
            _last = null;
        }
    }

    /// <summary>Takes a decision in and queues it. The answer is the chunk that it is in; null: the queue is full and nothing was done.</summary>
    public LedgerChunk? TryAdd(DecidedCommand decided)
    {
        if (committer.TryAdd(_last, State, _fence, decided) is not { } chunk)
        {
            return null;
        }

        _last = chunk;
        State.Apply(decided);
        _recent.Add(decided);
        return chunk;
    }
}
