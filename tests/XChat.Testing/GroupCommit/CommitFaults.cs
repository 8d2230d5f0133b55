using XChat.GrainInterfaces;
using XChat.Grains.GroupCommit;

namespace XChat.Testing.GroupCommit;

/// <summary>What goes wrong with one write.</summary>
public enum LogFault
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The connection is lost before anything is written.</summary>
    LostBefore = 1,

    /// <summary>The write is durable, and its answer is lost.</summary>
    LostAfter = 2,

    /// <summary>Another writer refuses it, though nothing is in the way.</summary>
    Refused = 3,
}

/// <summary>Writes of lanes fail as a test says. Several lanes share it.</summary>
public sealed class CommitFaults<TChunk, TItem>
    where TChunk : CommitChunk<TItem>
{
    private readonly Lock _gate = new();
    private readonly List<int> _batches = [];

    /// <summary>Decides what happens to a write; called under a lock, so it may count.</summary>
    public Func<IReadOnlyList<TChunk>, LogFault> Next { get; set; } = _ => LogFault.None;

    /// <summary>Awaited before each write.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    /// <summary>Items of each write that was tried, in order.</summary>
    public IReadOnlyList<int> Batches
    {
        get
        {
            lock (_gate)
            {
                return [.. _batches];
            }
        }
    }

    /// <summary>A writer that fails as this says and else passes on.</summary>
    public IChunkWriter<TChunk> Over(IChunkWriter<TChunk> inner) => new Writer(this, inner);

    private sealed class Writer(CommitFaults<TChunk, TItem> faults, IChunkWriter<TChunk> inner) : IChunkWriter<TChunk>
    {
        public async Task<BatchWrite> WriteAsync(IReadOnlyList<TChunk> chunks, CancellationToken cancellationToken)
        {
            LogFault fault;
            lock (faults._gate)
            {
                faults._batches.Add(chunks.Sum(chunk => chunk.Count));
                fault = faults.Next(chunks);
            }

            await faults.Gate.WaitAsync(cancellationToken);
            if (fault == LogFault.LostBefore)
            {
                throw new StorageUnavailableException("The test lost the connection before the write.");
            }

            BatchWrite outcome = fault == LogFault.Refused ? BatchWrite.Refused : await inner.WriteAsync(chunks, cancellationToken);
            return fault == LogFault.LostAfter ? throw new StorageUnavailableException("The test lost the answer.") : outcome;
        }

        public Task<IReadOnlyList<ChunkStanding>> ExamineAsync(IReadOnlyList<TChunk> chunks, CancellationToken cancellationToken) =>
            inner.ExamineAsync(chunks, cancellationToken);

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
