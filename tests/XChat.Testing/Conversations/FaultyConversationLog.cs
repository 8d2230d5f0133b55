using XChat.GrainInterfaces.Conversations;
using XChat.Grains.Conversations.GroupCommit;
using XChat.Grains.GroupCommit;
using XChat.Testing.GroupCommit;

namespace XChat.Testing.Conversations;

/// <summary>A log whose writes fail as a test says. Several lanes share it.</summary>
public sealed class FaultyConversationLog(IConversationLog inner) : IConversationLog
{
    private readonly CommitFaults<LogChunk, LogEntry> _faults = new();

    /// <summary>Decides what happens to a write; called under a lock, so it may count.</summary>
    public Func<IReadOnlyList<LogChunk>, LogFault> Next
    {
        get => _faults.Next;
        set => _faults.Next = value;
    }

    /// <summary>Awaited before each write.</summary>
    public Task Gate
    {
        get => _faults.Gate;
        set => _faults.Gate = value;
    }

    /// <summary>Entries of each write that was tried, in order.</summary>
    public IReadOnlyList<int> Batches => _faults.Batches;

    /// <inheritdoc/>
    public IChunkWriter<LogChunk> OpenWriter() => _faults.Over(inner.OpenWriter());
}
