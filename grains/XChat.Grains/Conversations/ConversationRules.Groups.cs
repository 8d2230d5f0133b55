using XChat.Crypto.Mls;
using XChat.GrainInterfaces.Accounts;
using XChat.GrainInterfaces.Conversations;
using XChat.Protocol;
using XChat.Protocol.Accounts;
using XChat.Protocol.Conversations;

namespace XChat.Grains.Conversations;

/// <summary>The first commit of a new MLS group: of a new conversation, or of one that starts over.</summary>
public static partial class ConversationRules
{
    /// <summary>Version of the UUIDs that <see cref="DirectConversation"/> makes. A group that took such an id would keep a pair apart for ever.</summary>
    private const int DirectIdVersion = 8;

    /// <summary>Creates a conversation. The creator owns it; in a direct one both do.</summary>
    public static ChangeDecision DecideCreate(
        ConversationState? state, ConversationId id, CreateConversation request, CommitFacts? facts, CertifiedDevices certified, LogPlace place)
    {
        if (state is not null)
        {
            return ChangeDecision.Refuse(
                state.MemberOf(request.Caller.User) is null ? ConversationStatus.NotMember : ConversationStatus.AlreadyExists);
        }

        if (facts is null)
        {
            return ChangeDecision.Refuse(Unread(request.Commit));
        }

        UserId[] users = [.. facts.Adds.Select(claim => claim.Device.User).Append(request.Caller.User).Distinct()];
        ConversationStatus status = FirstRefusal(
            IsNamedAfterItsPeople(id, request, users) ? ConversationStatus.Accepted : ConversationStatus.CommitInvalid,
            CheckFirstCommit(request.Caller, request.Group, request.Commit, request.Welcome, facts, certified),
            users.Length > Limits.GroupMembers ? ConversationStatus.TooManyMembers : ConversationStatus.Accepted);
        if (status != ConversationStatus.Accepted)
        {
            return ChangeDecision.Refuse(status);
        }

        List<LeafState> leaves = FirstLeaves(request.Caller, facts, place);
        bool direct = request.Type == ConversationType.Direct;
        return ChangeDecision.Accept(new ConversationChange
        {
            Conversation = id,
            Entry = new LogEntry(
                place.Seq, EntryKind.Commit, request.Caller, request.Message, 0, place.TimeMs, 0, request.Group, 0, request.Commit),
            Created = request.Type,
            Group = request.Group,
            Epoch = 1,
            MembersSet = [.. users.Select(user => RosterChange.Joining(
                user, direct || user == request.Caller.User ? MemberRole.Owner : MemberRole.Member, certified, place.Seq))],
            LeavesSet = leaves,
            WaitingSet = [.. users.SelectMany(certified.Of).Except(leaves.Select(leaf => leaf.Device))],
            Welcome = request.Welcome,
        });
    }

    /// <summary>
    /// Starts the MLS group over within the same log. The members stay; those of their devices that the commit leaves out wait for the next one.
    /// </summary>
    public static ChangeDecision DecideRestart(
        ConversationState? state, RestartGroup request, CommitFacts? facts, CertifiedDevices certified, LogPlace place)
    {
        if (state?.MemberOf(request.Caller.User) is not { } member)
        {
            return ChangeDecision.Refuse(ConversationStatus.NotMember);
        }

        if (member.Role < MemberRole.Admin)
        {
            return ChangeDecision.Refuse(ConversationStatus.NotAllowed);
        }

        if (facts is null || request.Group == state.Group)
        {
            return ChangeDecision.Refuse(Unread(request.Commit));
        }

        ConversationStatus status = FirstRefusal(
            facts.Adds.All(claim => state.MemberOf(claim.Device.User) is not null) ? ConversationStatus.Accepted : ConversationStatus.NotAllowed,
            CheckFirstCommit(request.Caller, request.Group, request.Commit, request.Welcome, facts, certified));
        if (status != ConversationStatus.Accepted)
        {
            return ChangeDecision.Refuse(status);
        }

        List<LeafState> leaves = FirstLeaves(request.Caller, facts, place);
        HashSet<Caller> placed = [.. leaves.Select(leaf => leaf.Device)];
        IEnumerable<Caller> known = state.Leaves.Where(leaf => !leaf.Leaving).Select(leaf => leaf.Device).Concat(state.Waiting);
        return ChangeDecision.Accept(new ConversationChange
        {
            Conversation = state.Conversation,
            Entry = new LogEntry(
                place.Seq, EntryKind.GroupRestarted, request.Caller, request.Message, 0, place.TimeMs, 0, request.Group, 0, request.Commit),
            Group = request.Group,
            Epoch = 1,
            LeavesGone = [.. state.Leaves.Select(leaf => leaf.Index)],
            LeavesSet = leaves,
            WaitingGone = [.. state.Waiting.Where(placed.Contains)],
            WaitingSet = [.. known.Where(device => !placed.Contains(device)).Distinct()],
            Welcome = request.Welcome,
        });
    }

    private static bool IsNamedAfterItsPeople(ConversationId id, CreateConversation request, UserId[] users) => request.Type switch
    {
        ConversationType.Direct => users.Length == 2 && id == DirectConversation.IdOf(users[0], users[1]),
        ConversationType.Group => !id.IsEmpty && id.Value.Version != DirectIdVersion,
        _ => false,
    };

    private static ConversationStatus CheckFirstCommit(
        Caller caller, Guid group, byte[] commit, byte[]? welcome, CommitFacts facts, CertifiedDevices certified) => FirstRefusal(
        group != Guid.Empty && facts.Group == group && facts.Epoch == 0 && facts.SenderLeaf == 0 && facts.Removes.Count == 0
            && facts.Adds.All(claim => claim.Device != caller)
            ? ConversationStatus.Accepted
            : ConversationStatus.CommitInvalid,
        CheckCommit(caller, commit, welcome, facts, certified),
        CheckSizes(commit, welcome));

    /// <summary>The creating device is leaf 0 and needs no Welcome.</summary>
    private static List<LeafState> FirstLeaves(Caller creator, CommitFacts facts, LogPlace place) =>
    [
        new LeafState(0, creator, place.Seq, Joined: true, Leaving: false),
        .. RosterChange.Place(facts.Adds, new LeafRoster([0]), place.Seq),
    ];
}
