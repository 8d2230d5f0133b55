using XChat.Client.Accounts;
using XChat.Client.Delivery;
using XChat.Crypto.Identity;
using XChat.Crypto.Mls;
using XChat.Protocol.Accounts;
using XChat.Protocol.Conversations;

namespace XChat.Client.Conversations;

/// <summary>Coming in by Welcome.</summary>
internal sealed partial class ConversationSession
{
    /// <summary>Joins when a Welcome that is not used yet waits for this device. False: not now.</summary>
    private async Task<bool> TryJoinAsync(CancellationToken cancellationToken)
    {
        GetWelcomeResult answer = await context.Server.CallAsync(hub => hub.GetWelcome(id), cancellationToken);
        if (answer.Status == ConversationStatus.NotMember)
        {
            EndMembership();
            return false;
        }

        if (answer.Status != ConversationStatus.Accepted || answer.Welcome is null)
        {
            Await();
            return false;
        }

        if (answer.Seq <= (_conversation?.WelcomeSeq ?? 0))
        {
            return false;
        }

        GetConversationResult described = await context.Server.CallAsync(hub => hub.GetConversation(id), cancellationToken);
        return described.Conversation is { } view && await JoinAsync(answer, view, cancellationToken);
    }

    private async Task<bool> JoinAsync(GetWelcomeResult answer, ConversationView view, CancellationToken cancellationToken)
    {
        IReadOnlyList<KeyPackageBundle> candidates = context.KeyPackages.Candidates();
        try
        {
            return await JoinAsync(answer, view, candidates, cancellationToken);
        }
        finally
        {
            candidates.ToList().ForEach(bundle => bundle.Dispose());
        }
    }

    private async Task<bool> JoinAsync(
        GetWelcomeResult answer, ConversationView view, IReadOnlyList<KeyPackageBundle> candidates, CancellationToken cancellationToken)
    {
        LeafCheck check = new(context.People, context.Device, group: null);
        MlsGroup group;
        try
        {
            group = MlsGroup.Join(answer.Welcome, candidates, context.Device.Signing, check.Check);
        }
        catch (MlsException problem)
        {
            // Made for a package whose key is gone, or broken: only another Welcome helps, and the others have to hear of it.
            WarnOfDowngrade(problem);
            await RefuseWelcomeAsync(answer, view, cancellationToken);
            return false;
        }

        IReadOnlyList<LeafClaim> ghosts = await context.People.UncertifiedAsync(check.Unknown, cancellationToken);
        HashSet<Guid> people = RosterRules.PeopleOf(group.Members);
        if (ghosts.Count > 0 || !IsRightGroup(group, view, people))
        {
            WarnOfWelcome(ghosts);
            group.Dispose();
            await RefuseWelcomeAsync(answer, view, cancellationToken);
            return false;
        }

        byte[]? used = candidates.FirstOrDefault(bundle => MlsGroup.WelcomeIsFor(answer.Welcome, bundle.Reference))?.Reference;
        _conversation = new StoredConversation(
            id, view.Type, view.Group, ConversationStage.Joined, answer.Seq, _conversation?.ReadSeq ?? 0, _conversation?.Name ?? string.Empty,
            view.Type == ConversationType.Direct ? people.First(user => user != context.Device.User) : Guid.Empty, answer.Seq);
        context.Store.Write(transaction =>
        {
            transaction.Put(_conversation);
            transaction.PutGroup(id, group.Serialize());
            transaction.DropPendingCommit(id);
            if (used is not null && transaction.KeyPackages().Any(package => !package.LastResort && package.Reference.AsSpan().SequenceEqual(used)))
            {
                transaction.DropKeyPackage(used);
            }
        });
        _group?.Dispose();
        (_group, _pending, _rosterMoved) = (group, null, true);
        context.Feed.Publish(new ConversationChanged(id, ConversationStage.Joined));
        return true;
    }

    /// <summary>The group is the one that the server speaks of, and a direct conversation holds its two people and nobody else.</summary>
    private bool IsRightGroup(MlsGroup group, ConversationView view, HashSet<Guid> people)
    {
        if (!group.GroupId.AsSpan().SequenceEqual(view.Group.ToByteArray(bigEndian: true)))
        {
            return false;
        }

        bool namedAfterPair = people.Count == 2 && people.Contains(context.Device.User)
            && DirectConversation.IdOf(new UserId(people.First()), new UserId(people.Last())).Value == id;
        if (view.Type != ConversationType.Direct || namedAfterPair)
        {
            return true;
        }

        context.Warnings.Raise(SecurityWarningKind.WrongPeople, Guid.Empty, id,
            "A direct conversation was offered that is not of two people. It was not opened.");
        return false;
    }

    private void WarnOfWelcome(IReadOnlyList<LeafClaim> ghosts)
    {
        foreach (LeafClaim ghost in ghosts)
        {
            _ = MemberIdentity.TryDecode(ghost.Identity, out Guid user, out Guid device);
            context.Warnings.Raise(
                SecurityWarningKind.GhostDevice, user, id,
                $"The conversation holds the device {device:D} as one of {context.People.NameOf(user)}, who does not certify it. It was not opened.");
        }
    }

    private void WarnOfDowngrade(MlsException problem)
    {
        if (problem.Error == MlsError.Downgraded)
        {
            context.Warnings.Raise(
                SecurityWarningKind.Downgraded, Guid.Empty, id,
                "This device was let in without protection against quantum computers, by an older program or on purpose. The conversation was not opened.");
        }
    }

    /// <summary>Remembers which Welcome was no use, so that only a later one is tried, and tells the members once.</summary>
    private async Task RefuseWelcomeAsync(GetWelcomeResult answer, ConversationView view, CancellationToken cancellationToken)
    {
        _conversation = new StoredConversation(
            id, view.Type, view.Group, ConversationStage.Broken, Math.Max(answer.Seq, _conversation?.Cursor ?? 0), _conversation?.ReadSeq ?? 0,
            _conversation?.Name ?? string.Empty, _conversation?.Peer ?? Guid.Empty, answer.Seq);
        context.Store.Write(transaction =>
        {
            transaction.Put(_conversation);
            transaction.DropGroup(id);
        });
        _group?.Dispose();
        _group = null;
        context.Feed.Publish(new ConversationChanged(id, ConversationStage.Broken));
        _ = await context.Server.CallAsync(
            hub => hub.ReportEpoch(new ReportEpochRequest(id, MessageId.New().Value, answer.Epoch - 1)), cancellationToken);
    }

    /// <summary>The person is a member and this device is not in the group yet.</summary>
    private void Await()
    {
        if (_conversation is null or { Stage: ConversationStage.Left })
        {
            _conversation = new StoredConversation(
                id, ConversationType.Unspecified, Guid.Empty, ConversationStage.Waiting, _conversation?.Cursor ?? 0, _conversation?.ReadSeq ?? 0,
                _conversation?.Name ?? string.Empty, _conversation?.Peer ?? Guid.Empty, 0);
            context.Store.Write(transaction => transaction.Put(_conversation));
        }
    }
}
