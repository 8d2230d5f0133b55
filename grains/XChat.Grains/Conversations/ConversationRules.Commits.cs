using XChat.GrainInterfaces.Accounts;
using XChat.GrainInterfaces.Conversations;
using XChat.Protocol;
using XChat.Protocol.Conversations;

namespace XChat.Grains.Conversations;

/// <summary>The MLS Delivery Service: which commit may end an epoch, and the roster after it.</summary>
public static partial class ConversationRules
{
    /// <summary>Ends the current epoch.</summary>
    public static ChangeDecision DecideCommit(
        ConversationState? state, CommitEpoch request, CommitFacts? facts, CertifiedDevices certified, LogPlace place)
    {
        if (CheckDevice(state, request.Caller) is var device and not ConversationStatus.Accepted)
        {
            return ChangeDecision.Refuse(device);
        }

        if (facts is null || facts.Group != state!.Group)
        {
            return ChangeDecision.Refuse(Unread(request.Commit));
        }

        if (facts.Epoch != state.Epoch)
        {
            return ChangeDecision.Refuse(ConversationStatus.StaleEpoch);
        }

        RosterChange roster = RosterChange.Of(state, facts);
        ConversationStatus status = FirstRefusal(
            CheckPermission(state, request.Caller, roster),
            state.LeafOf(request.Caller)!.Index == facts.SenderLeaf && !facts.Removes.Contains(facts.SenderLeaf)
                ? ConversationStatus.Accepted
                : ConversationStatus.CommitInvalid,
            CheckCommit(request.Caller, request.Commit, request.Welcome, facts, certified),
            roster.Valid ? ConversationStatus.Accepted : ConversationStatus.DeviceNotCertified,
            CheckSizes(request.Commit, request.Welcome),
            roster.WithinLimits ? ConversationStatus.Accepted : ConversationStatus.TooManyMembers);
        if (status != ConversationStatus.Accepted)
        {
            return ChangeDecision.Refuse(status);
        }

        LogEntry entry = new(
            place.Seq, EntryKind.Commit, request.Caller, request.Message, state.Epoch, place.TimeMs, 0, state.Group, 0, request.Commit);
        return ChangeDecision.Accept(roster.ToChange(state, certified, entry) with { Epoch = state.Epoch + 1, Welcome = request.Welcome });
    }

    /// <summary>What holds for every commit, of an old group or a new one: its own new leaf, its adds, its Welcome.</summary>
    private static ConversationStatus CheckCommit(
        Caller caller, byte[] commit, byte[]? welcome, CommitFacts facts, CertifiedDevices certified)
    {
        bool adds = facts.Adds.Count > 0;
        if (commit.Length == 0 || facts.Path.Device != caller
            || facts.Adds.Count + facts.Removes.Count > Limits.DevicesPerCommit
            || facts.Adds.DistinctBy(claim => claim.Device).Count() != facts.Adds.Count
            || facts.Removes.Distinct().Count() != facts.Removes.Count
            || adds != (welcome is { Length: > 0 }))
        {
            return ConversationStatus.CommitInvalid;
        }

        return certified.Includes(facts.Path) && facts.Adds.All(certified.Includes)
            ? ConversationStatus.Accepted
            : ConversationStatus.DeviceNotCertified;
    }

    /// <summary>
    /// Any member may carry out what waits anyway: devices of members come in, leaves of devices that are gone go out, a device joins anew in
    /// its own place. Only admins and owners bring people in or take them out, and nobody takes out one of the same rank or above except an owner.
    /// </summary>
    private static ConversationStatus CheckPermission(ConversationState state, Caller caller, RosterChange roster)
    {
        if (roster.NewUsers.Count == 0 && roster.Expelled.Count == 0 && !roster.PartlyExpels)
        {
            return ConversationStatus.Accepted;
        }

        MemberRole role = state.MemberOf(caller.User)!.Role;
        bool allowed = state.Type == ConversationType.Group
            && role >= MemberRole.Admin
            && !roster.PartlyExpels
            && roster.Expelled.All(member => role == MemberRole.Owner || member.Role < role);
        return allowed ? ConversationStatus.Accepted : ConversationStatus.NotAllowed;
    }

    /// <summary>What a commit that says nothing is: one too long is never read.</summary>
    private static ConversationStatus Unread(byte[] commit) =>
        commit.Length > Limits.CommitBytes ? ConversationStatus.PayloadTooLarge : ConversationStatus.CommitInvalid;

    private static ConversationStatus CheckSizes(byte[] commit, byte[]? welcome) =>
        commit.Length > Limits.CommitBytes || welcome?.Length > Limits.WelcomeBytes
            ? ConversationStatus.PayloadTooLarge
            : ConversationStatus.Accepted;

    /// <summary>Refusals in order of precedence: the smallest number wins.</summary>
    private static ConversationStatus FirstRefusal(params ReadOnlySpan<ConversationStatus> checks)
    {
        ConversationStatus first = ConversationStatus.Accepted;
        foreach (ConversationStatus check in checks)
        {
            if (check != ConversationStatus.Accepted && (first == ConversationStatus.Accepted || check < first))
            {
                first = check;
            }
        }

        return first;
    }
}
