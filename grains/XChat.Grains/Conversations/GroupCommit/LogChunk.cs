using XChat.GrainInterfaces.Conversations;
using XChat.Grains.GroupCommit;
using XChat.Protocol.Conversations;

namespace XChat.Grains.Conversations.GroupCommit;

/// <summary>
/// Entries of one conversation that follow one another and become durable together: a run of application messages that share a commit with
/// other conversations, or one <see cref="Change"/>, which has a transaction of its own.
/// </summary>
public sealed class LogChunk : CommitChunk<LogEntry>
{
    internal LogChunk(ConversationId conversation, CommitFence fence, ConversationChange? change = null)
        : base(fence, alone: change is not null)
    {
        Conversation = conversation;
        Change = change;
    }

    public ConversationId Conversation { get; }

    /// <summary>Set when the chunk is a change; its entry is the only one then.</summary>
    public ConversationChange? Change { get; }

    /// <summary>In rising order of seq, without gaps. Fixed once the chunk is sealed.</summary>
    public IReadOnlyList<LogEntry> Entries => Items;

    public long FirstSeq => Items[0].Seq;
}
