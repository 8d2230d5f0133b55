using XChat.GrainInterfaces;
using XChat.Grains.Conversations.GroupCommit;

namespace XChat.Testing.Conversations;

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

/// <summary>A log whose writes fail as a test says. Several lanes share it.</summary>
public sealed class FaultyConversationLog(IConversationLog inner) : IConversationLog
{
    private readonly Lock _gate = new();
    private readonly List<int> _batches = [];

    /// <summary>Decides what happens to a write; called under a lock, so it may count.</summary>
    public Func<IReadOnlyList<LogChunk>, LogFault> Next { get; set; } = _ => LogFault.None;

    /// <summary>Awaited before each write.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    /// <summary>Entries of each write that was tried, in order.</summary>
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

    /// <inheritdoc/>
    public IConversationLogWriter OpenWriter() => new Writer(this, inner.OpenWriter());

    private sealed class Writer(FaultyConversationLog log, IConversationLogWriter inner) : IConversationLogWriter
    {
        public async Task<LogWrite> WriteAsync(IReadOnlyList<LogChunk> chunks, CancellationToken cancellationToken)
        {
            LogFault fault;
            lock (log._gate)
            {
                log._batches.Add(chunks.Sum(chunk => chunk.Count));
                fault = log.Next(chunks);
            }

            await log.Gate.WaitAsync(cancellationToken);
            if (fault == LogFault.LostBefore)
            {
                throw new StorageUnavailableException("The test lost the connection before the write.");
            }

            LogWrite outcome = fault == LogFault.Refused ? LogWrite.Refused : await inner.WriteAsync(chunks, cancellationToken);
            return fault == LogFault.LostAfter ? throw new StorageUnavailableException("The test lost the answer.") : outcome;
        }

        public Task<IReadOnlyList<bool>> AreWrittenAsync(IReadOnlyList<LogChunk> chunks, CancellationToken cancellationToken) =>
            inner.AreWrittenAsync(chunks, cancellationToken);

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
