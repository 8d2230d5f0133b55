using XChat.Crypto.Mls;
using XChat.GrainInterfaces.Accounts;
using XChat.GrainInterfaces.Conversations;
using XChat.Protocol;
using XChat.Protocol.Accounts;
using XChat.Protocol.Conversations;

namespace XChat.Grains.Conversations;

/// <summary>
/// What a commit does to the roster. Removals free their leaves first; then each added device takes the leftmost free leaf (RFC 9420 sections
/// 7.7 and 12.4.2), so that this roster and the MLS tree agree by construction.
/// </summary>
public sealed class RosterChange
{
    private readonly CommitFacts _facts;
    private readonly List<LeafState> _removed = [];
    private readonly int _leafCount;
    private readonly int _memberCount;

    private RosterChange(ConversationState state, CommitFacts facts)
    {
        _facts = facts;
        bool known = true;
        foreach (int index in facts.Removes)
        {
            if (state.LeafAt(index) is { } leaf)
            {
                _removed.Add(leaf);
            }
            else
            {
                known = false;
            }
        }

        HashSet<Caller> added = [.. facts.Adds.Select(claim => claim.Device)];
        HashSet<int> removed = [.. facts.Removes];
        // A leaf whose device comes back in the same commit changes hands with itself; one that is leaving goes because it must.
        UserId[] touched = [.. _removed.Where(leaf => !leaf.Leaving && !added.Contains(leaf.Device)).Select(leaf => leaf.Device.User).Distinct()];
        foreach (UserId user in touched)
        {
            bool whole = state.LeavesOf(user).All(leaf => removed.Contains(leaf.Index)) && !added.Any(device => device.User == user);
            if (whole && state.MemberOf(user) is { } member)
            {
                Expelled.Add(member);
            }
            else
            {
                PartlyExpels = true;
            }
        }

        NewUsers = [.. added.Select(device => device.User).Distinct().Where(user => state.MemberOf(user) is null)];
        Valid = known && added.All(device => state.LeafOf(device) is not { } leaf || removed.Contains(leaf.Index));
        _leafCount = state.Leaves.Count - _removed.Count + added.Count;
        _memberCount = state.Members.Count - Expelled.Count + NewUsers.Count;
    }

    /// <summary>Members all of whose leaves go although none of them had to: their membership ends.</summary>
    public List<MemberState> Expelled { get; } = [];

    /// <summary>Some leaves of a member go without having to, and others stay: nobody may do that to a person.</summary>
    public bool PartlyExpels { get; }

    public IReadOnlyList<UserId> NewUsers { get; }

    /// <summary>Every leaf that is removed is there, and no device is added that is in the group already.</summary>
    public bool Valid { get; }

    public bool WithinLimits => _leafCount <= Limits.GroupDevices && _memberCount <= Limits.GroupMembers;

    public static RosterChange Of(ConversationState state, CommitFacts facts) => new(state, facts);

    /// <summary>The members, leaves and waiting devices after the commit that is <paramref name="entry"/>.</summary>
    public ConversationChange ToChange(ConversationState state, CertifiedDevices certified, LogEntry entry)
    {
        LeafRoster tree = new(state.Leaves.Select(leaf => leaf.Index).Except(_facts.Removes));
        List<LeafState> placed = Place(_facts.Adds, tree, entry.Seq);
        HashSet<Caller> added = [.. placed.Select(leaf => leaf.Device)];
        UserId[] gone = [.. Expelled.Select(member => member.User)];
        return new ConversationChange
        {
            Conversation = state.Conversation,
            Entry = entry,
            MembersGone = gone,
            MembersSet = [.. NewUsers.Select(user => Joining(user, MemberRole.Member, certified, entry.Seq))],
            LeavesGone = _facts.Removes,
            LeavesSet = placed,
            WaitingGone = [.. state.Waiting.Where(device => added.Contains(device) || gone.Contains(device.User))],
            WaitingSet = [.. NewUsers.SelectMany(certified.Of).Where(device => !added.Contains(device))],
        };
    }

    /// <summary>A person who may read from the entry on that brings it in.</summary>
    public static MemberState Joining(UserId user, MemberRole role, CertifiedDevices certified, long seq) =>
        new(user, role, seq, seq - 1, seq - 1, certified.VersionOf(user));

    /// <summary>Gives each device the leaf that the tree gives it.</summary>
    public static List<LeafState> Place(IEnumerable<LeafClaim> adds, LeafRoster tree, long seq) =>
        [.. adds.Select(claim => new LeafState(tree.Add(), claim.Device, seq, Joined: false, Leaving: false))];
}
