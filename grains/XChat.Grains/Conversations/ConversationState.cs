using XChat.GrainInterfaces.Accounts;
using XChat.GrainInterfaces.Conversations;
using XChat.Protocol.Accounts;
using XChat.Protocol.Conversations;

namespace XChat.Grains.Conversations;

/// <summary>
/// What a conversation is as of its last applied entry. It only ever changes by <see cref="Apply(LogEntry)"/> and
/// <see cref="Apply(ConversationChange)"/>, after the entry is durable.
/// </summary>
public sealed class ConversationState
{
    private readonly Dictionary<UserId, MemberState> _members = [];
    private readonly SortedDictionary<int, LeafState> _leaves = [];
    private readonly Dictionary<Caller, LeafState> _leafOfDevice = [];
    private readonly HashSet<Caller> _waiting = [];

    public required ConversationId Conversation { get; init; }

    public required ConversationType Type { get; init; }

    /// <summary>The MLS group id of the current group; a restart gives another.</summary>
    public Guid Group { get; private set; }

    public long Epoch { get; private set; }

    /// <summary>The seq of the last entry; 0 before the first.</summary>
    public long Head { get; private set; }

    /// <summary>The time of the last entry: times never run backwards within a log.</summary>
    public long LastTimeMs { get; private set; }

    public int TimerSeconds { get; private set; }

    public IReadOnlyDictionary<UserId, MemberState> Members => _members;

    /// <summary>In rising order of index.</summary>
    public IReadOnlyCollection<LeafState> Leaves => _leaves.Values;

    /// <summary>Certified devices of members that wait for a commit which adds them.</summary>
    public IReadOnlySet<Caller> Waiting => _waiting;

    public static ConversationState Restore(StoredConversation stored)
    {
        ConversationState state = new()
        {
            Conversation = stored.Conversation,
            Type = stored.Type,
            Group = stored.Group,
            Epoch = stored.Epoch,
            TimerSeconds = stored.TimerSeconds,
            Head = stored.Head,
            LastTimeMs = stored.LastTimeMs,
        };
        foreach (MemberState member in stored.Members)
        {
            state._members[member.User] = member;
        }

        foreach (LeafState leaf in stored.Leaves)
        {
            state.Put(leaf);
        }

        state._waiting.UnionWith(stored.Waiting);
        return state;
    }

    public MemberState? MemberOf(UserId user) => _members.GetValueOrDefault(user);

    public LeafState? LeafAt(int index) => _leaves.GetValueOrDefault(index);

    public LeafState? LeafOf(Caller device) => _leafOfDevice.GetValueOrDefault(device);

    public IEnumerable<LeafState> LeavesOf(UserId user) => _leaves.Values.Where(leaf => leaf.Device.User == user);

    /// <summary>An application message is durable.</summary>
    public void Apply(LogEntry entry)
    {
        Head = entry.Seq;
        LastTimeMs = entry.TimeMs;
    }

    /// <summary>A change is durable.</summary>
    public void Apply(ConversationChange change)
    {
        Apply(change.Entry);
        Group = change.Group ?? Group;
        Epoch = change.Epoch ?? Epoch;
        TimerSeconds = change.TimerSeconds ?? TimerSeconds;
        foreach (UserId user in change.MembersGone)
        {
            _members.Remove(user);
        }

        foreach (MemberState member in change.MembersSet)
        {
            // Cursors move outside of the log, so they may be ahead of what the change was decided on.
            _members[member.User] = _members.TryGetValue(member.User, out MemberState? now)
                ? member with { DeliveredSeq = now.DeliveredSeq, ReadSeq = now.ReadSeq }
                : member;
        }

        foreach (int index in change.LeavesGone)
        {
            if (_leaves.Remove(index, out LeafState? gone))
            {
                _leafOfDevice.Remove(gone.Device);
            }
        }

        foreach (LeafState leaf in change.LeavesSet)
        {
            Put(leaf);
        }

        _waiting.ExceptWith(change.WaitingGone);
        _waiting.UnionWith(change.WaitingSet);
    }

    /// <summary>Moves a member's cursors; the caller has checked that they only go forward.</summary>
    public void MoveCursors(UserId user, long deliveredSeq, long readSeq)
    {
        if (_members.TryGetValue(user, out MemberState? member))
        {
            _members[user] = member with { DeliveredSeq = deliveredSeq, ReadSeq = readSeq };
        }
    }

    public void MarkJoined(LeafState leaf) => Put(leaf with { Joined = true });

    private void Put(LeafState leaf)
    {
        _leaves[leaf.Index] = leaf;
        _leafOfDevice[leaf.Device] = leaf;
    }
}
