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
    private readonly Dictionary<TransferId, RecentCommand> _recent = [];
    private readonly Queue<TransferId> _order = new();
    private LedgerChunk? _last;

    /// <summary>What the next command is decided on.</summary>
    public WalletState State { get; } = new(stored);

    /// <summary>Something that was decided is not durable: the account has to be loaded again.</summary>
    public bool Broken => _fence.Broken;

    /// <summary>What the state rests on and is not known to be durable yet; null when all of it is.</summary>
    public Task? InFlight => _last is { Outcome.IsCompleted: false } last ? last.Outcome : null;

    /// <summary>One of the last commands. A no proves nothing: the ledger may know it from before.</summary>
    public RecentCommand? Find(TransferId command) => _recent.GetValueOrDefault(command);

    /// <summary>
    /// Lets go of what a durable command and the last chunk held, once it has ended. A silo has many wallets that are paid from rarely; the rows of their last
    /// payments would only make each collection longer.
    /// </summary>
    public void LetGo(RecentCommand durable)
    {
        durable.LetGo();
        if (InFlight is null)
        {
            _last = null;
        }
    }

    /// <summary>Takes a decision in and queues it. Null: the queue is full and nothing was done.</summary>
    public RecentCommand? TryAdd(DecidedCommand decided)
    {
        if (committer.TryAdd(_last, State, _fence, decided) is not { } chunk)
        {
            return null;
        }

        _last = chunk;
        State.Apply(decided);
        RecentCommand added = new(decided, chunk.Outcome);
        _recent[decided.Id] = added;
        _order.Enqueue(decided.Id);
        if (_order.Count > recent)
        {
            _recent.Remove(_order.Dequeue());
        }

        return added;
    }
}

/// <summary>What was decided about a command, and what becomes of that.</summary>
internal sealed class RecentCommand(DecidedCommand decided, Task<ChunkOutcome> outcome)
{
    private static readonly Task<ChunkOutcome> Durable = Task.FromResult(ChunkOutcome.Committed);

    public byte[] PayloadHash { get; } = decided.PayloadHash;

    public WalletStatus Decision { get; } = decided.Outcome;

    public long Seq { get; } = decided.Seq;

    public long TimeMs { get; } = decided.TimeMs;

    public long ExpiresAtMs { get; } = decided.ExpiresAtMs;

    /// <summary>Completes when it is known. Never faults.</summary>
    public Task<ChunkOutcome> Outcome { get; private set; } = outcome;

    /// <summary>It is durable: of all such commands one task says so.</summary>
    public void LetGo() => Outcome = Durable;
}
