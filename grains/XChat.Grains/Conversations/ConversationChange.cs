using XChat.GrainInterfaces.Accounts;
using XChat.GrainInterfaces.Conversations;
using XChat.Protocol.Accounts;
using XChat.Protocol.Conversations;

namespace XChat.Grains.Conversations;

/// <summary>
/// An entry that changes more than the log, and everything that it changes: decided by the rules, written in one transaction, then applied.
/// Null and empty mean unchanged. What is gone is taken away before what is set is put in.
/// </summary>
public sealed record ConversationChange
{
    public required ConversationId Conversation { get; init; }

    public required LogEntry Entry { get; init; }

    /// <summary>Set when the change creates the conversation.</summary>
    public ConversationType? Created { get; init; }

    public Guid? Group { get; init; }

    public long? Epoch { get; init; }

    public int? TimerSeconds { get; init; }

    public IReadOnlyList<UserId> MembersGone { get; init; } = [];

    public IReadOnlyList<MemberState> MembersSet { get; init; } = [];

    public IReadOnlyList<int> LeavesGone { get; init; } = [];

    public IReadOnlyList<LeafState> LeavesSet { get; init; } = [];

    public IReadOnlyList<Caller> WaitingGone { get; init; } = [];

    public IReadOnlyList<Caller> WaitingSet { get; init; } = [];

    /// <summary>For the devices that the entry adds; kept until all of them have joined.</summary>
    public byte[]? Welcome { get; init; }

    /// <summary>The message whose ciphertext goes.</summary>
    public long? EmptiedSeq { get; init; }
}
