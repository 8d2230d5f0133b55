using XChat.GrainInterfaces.Conversations;
using XChat.Protocol.Conversations;

namespace XChat.Grains.Conversations.GroupCommit;

/// <summary>
/// Entries of one conversation that follow one another and become durable together: a run of application messages that share a commit with
/// other conversations, or one <see cref="Change"/>, which has a transaction of its own.
/// </summary>
public sealed class LogChunk
{
    private readonly List<LogEntry> _entries = [];
    private readonly TaskCompletionSource<ChunkOutcome> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal LogChunk(ConversationId conversation, LogFence fence, LogEntry first, ConversationChange? change = null)
    {
        Conversation = conversation;
        Fence = fence;
        Change = change;
        Sealed = change is not null;
        _entries.Add(first);
        Bytes = first.Payload.Length;
    }

    public ConversationId Conversation { get; }

    /// <summary>Set when the chunk is a change; its entry is the only one then.</summary>
    public ConversationChange? Change { get; }

    /// <summary>In rising order of seq, without gaps. Fixed once the chunk is sealed.</summary>
    public IReadOnlyList<LogEntry> Entries => _entries;

    public int Count => _entries.Count;

    public long FirstSeq => _entries[0].Seq;

    /// <summary>What became of it. Never faults.</summary>
    public Task<ChunkOutcome> Outcome => _outcome.Task;

    internal LogFence Fence { get; }

    /// <summary>The lane has taken it: nothing more goes in.</summary>
    internal bool Sealed { get; set; }

    internal long Bytes { get; private set; }

    internal void Add(LogEntry entry)
    {
        _entries.Add(entry);
        Bytes += entry.Payload.Length;
    }

    /// <summary>Anything but a commit also fails all that was decided on top of this chunk.</summary>
    internal void Complete(ChunkOutcome outcome)
    {
        if (outcome != ChunkOutcome.Committed)
        {
            Fence.Break();
        }

        _outcome.SetResult(outcome);
    }
}

/// <summary>What became of a chunk.</summary>
public enum ChunkOutcome
{
    /// <summary>It is durable.</summary>
    Committed = 0,

    /// <summary>Nothing of it is there: another writer has its place, or one of its ids. Load the conversation and decide again.</summary>
    Lost = 1,

    /// <summary>Storage did not answer for so long that nobody knows whether it is there. The caller asks again with the same id.</summary>
    Unknown = 2,
}
