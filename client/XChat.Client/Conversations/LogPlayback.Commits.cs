using XChat.Client.Accounts;
using XChat.Crypto.Identity;
using XChat.Crypto.Mls;
using XChat.Protocol.Conversations;

namespace XChat.Client.Conversations;

/// <summary>Changes of the epoch.</summary>
internal sealed partial class LogPlayback
{
    private async Task ApplyCommitAsync(Entry entry, CancellationToken cancellationToken)
    {
        RosterMoved = true;
        if (Pending is { } pending && pending.Message == entry.Message && IsOwn(entry))
        {
            Adopt(entry, pending);
            return;
        }

        if (Group is null || Conversation.Stage is not (ConversationStage.Joined or ConversationStage.Creating))
        {
            // A commit may be the one that lets this device in (again).
            NeedsWelcome |= Conversation.Stage is ConversationStage.Waiting or ConversationStage.Broken;
            return;
        }

        byte[] before = Group.Serialize();
        LeafCheck check = new(context.People, context.Device, Group);
        try
        {
            if (Group.Process(entry.Payload, check.Check) is not MlsCommitApplied applied)
            {
                throw new MlsException(MlsError.BadProposals, "The entry is not a commit.");
            }

            IReadOnlyList<LeafClaim> ghosts = await context.People.UncertifiedAsync(check.Unknown, cancellationToken);
            if (ghosts.Count > 0)
            {
                WarnOfGhosts(entry, ghosts);
                throw new MlsException(MlsError.NotCertified, "A device is not certified by its account.");
            }

            Follow(entry, applied);
        }
        catch (MlsException)
        {
            Group.Dispose();
            Group = MlsGroup.Deserialize(before, context.Device.Signing);
            _groupChanged = true;
            Unfollowed = entry.Epoch;
            Conversation = Conversation with { Stage = ConversationStage.Broken };
            Show(entry, MessageKind.Undecryptable, []);
        }
    }

    private void Follow(Entry entry, MlsCommitApplied applied)
    {
        _groupChanged = true;
        EndPending();
        if (applied.SelfRemoved)
        {
            Group = null;
            Conversation = Conversation with { Stage = ConversationStage.Left };
            Show(entry, MessageKind.Removed, [context.Device.User]);
            return;
        }

        HashSet<Guid> now = RosterRules.PeopleOf(Group!.Members);
        HashSet<Guid> removed = RosterRules.PeopleOf(applied.Removed);
        HashSet<Guid> added = RosterRules.PeopleOf(applied.Added);
        Guid[] came = [.. added.Where(user => IsNew(user, applied))];
        Guid[] went = [.. removed.Where(user => !now.Contains(user))];
        ShowPeople(entry, came, went, [.. added.Concat(removed).Distinct().Except(came).Except(went)]);
    }

    /// <summary>A person all of whose leaves came with this commit.</summary>
    private bool IsNew(Guid user, MlsCommitApplied applied) =>
        Group!.Members.Count(member => RosterRules.DeviceOf(member)?.User == user)
            == applied.Added.Count(member => RosterRules.DeviceOf(member)?.User == user)
        && !applied.Removed.Any(member => RosterRules.DeviceOf(member)?.User == user);

    /// <summary>The own commit won its epoch: the group continues as it was prepared.</summary>
    private void Adopt(Entry entry, StoredCommit pending)
    {
        HashSet<Guid> before = pending.NewGroup is null ? RosterRules.PeopleOf(Group!.Members) : [context.Device.User];
        HashSet<(Guid, Guid)> devicesBefore = RosterRules.DevicesOf(Group?.Members ?? []);
        if (pending.NewGroup is { } start)
        {
            Group?.Dispose();
            Group = MlsGroup.Deserialize(start, context.Device.Signing);
        }

        Group!.Merge(PendingCommit.Deserialize(pending.Commit));
        _groupChanged = true;
        EndPending();
        Conversation = Conversation with
        {
            Stage = ConversationStage.Joined,
            Group = pending.Group,
            WelcomeSeq = pending.Purpose == CommitPurpose.Change ? Conversation.WelcomeSeq : entry.Seq,
        };
        HashSet<Guid> now = RosterRules.PeopleOf(Group.Members);
        if (entry.Kind == EntryKind.Commit)
        {
            HashSet<(Guid User, Guid)> moved = RosterRules.DevicesOf(Group.Members);
            moved.SymmetricExceptWith(devicesBefore);
            IEnumerable<Guid> stayed = moved.Select(device => device.User).Distinct().Where(user => now.Contains(user) && before.Contains(user));
            Guid[] others = pending.NewGroup is null ? [.. stayed] : [];
            ShowPeople(entry, [.. now.Except(before)], [.. before.Except(now)], others);
        }
    }

    private void ApplyRestart(Entry entry)
    {
        RosterMoved = true;
        if (Pending is { } pending && pending.Message == entry.Message && IsOwn(entry))
        {
            Adopt(entry, pending);
        }
        else
        {
            Group?.Dispose();
            Group = null;
            if (Pending?.Purpose != CommitPurpose.Restart)
            {
                // An own restart that is under way is never too late: it starts over what this one started over.
                EndPending();
            }

            NeedsWelcome = true;
            Conversation = Conversation with { Stage = ConversationStage.Waiting };
        }

        Show(entry, MessageKind.Restarted, []);
    }

    private bool IsOwn(Entry entry) => entry.User == context.Device.User && entry.Device == context.Device.Device;

    private void EndPending()
    {
        _pendingEnded |= Pending is not null;
        Pending = null;
    }

    private void ShowPeople(Entry entry, Guid[] added, Guid[] removed, Guid[] changed)
    {
        if (added.Length > 0)
        {
            Show(entry, MessageKind.Added, added);
        }
        else if (removed.Length > 0)
        {
            Show(entry, MessageKind.Removed, removed);
        }
        else if (changed.Length > 0)
        {
            Show(entry, MessageKind.DevicesChanged, changed);
        }
    }

    private void WarnOfGhosts(Entry entry, IReadOnlyList<LeafClaim> ghosts)
    {
        foreach (LeafClaim ghost in ghosts)
        {
            Guid user = MemberIdentity.TryDecode(ghost.Identity, out Guid named, out Guid device) ? named : Guid.Empty;
            context.Warnings.Raise(
                SecurityWarningKind.GhostDevice, user, entry.Conversation,
                $"{context.People.NameOf(entry.User)} tried to let the device {device:D} in as one of {context.People.NameOf(user)}, who does not certify it. "
                + "It was kept out, and nothing more is read or sent here until an admin restarts the group.");
        }
    }
}
