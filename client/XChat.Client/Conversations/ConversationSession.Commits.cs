using XChat.Client.Delivery;
using XChat.Crypto.Mls;
using XChat.Protocol;
using XChat.Protocol.Conversations;

namespace XChat.Client.Conversations;

/// <summary>
/// Own commits. One is made, stored with the epoch that it leads to, and only then sent; it takes effect when it is seen in the log. When another
/// commit won the epoch it is dropped and decided anew.
/// </summary>
internal sealed partial class ConversationSession
{
    private const int CommitAttempts = 10;

    /// <summary>Carries out a plan on the present state of the group, as often as others come first; no plan ends it.</summary>
    public Task<bool> CommitAsync(Func<ConversationView, MlsGroup, Task<CommitPlan>> decide, string what, CancellationToken cancellationToken) =>
        CommandAsync(() => CommitInTurnAsync(decide, what, cancellationToken), cancellationToken);

    /// <summary>Creates the conversation with the first commit of its group, and queues a first message with it.</summary>
    public Task<bool> CreateAsync(
        ConversationType type, Guid peer, OutboxItem? first, IReadOnlyList<ClaimedDevice> devices, CancellationToken cancellationToken) => CommandAsync(
        async () =>
        {
            if (_pending is not null || _conversation is { Stage: not ConversationStage.Left })
            {
                return true;
            }

            StoredCommit create = await FirstCommitAsync(CommitPurpose.Create, type, devices, cancellationToken);
            StoredConversation conversation = new(id, type, create.Group, ConversationStage.Creating, 0, 0, string.Empty, peer, 0);
            context.Store.Write(transaction =>
            {
                transaction.Put(conversation);
                transaction.Put(create);
                if (first is not null)
                {
                    transaction.Add(first);
                }
            });
            (_conversation, _pending) = (conversation, create);
            ConversationStatus status = await SendPendingAsync(cancellationToken);
            return status is ConversationStatus.Accepted or ConversationStatus.AlreadyAccepted or ConversationStatus.AlreadyExists
                ? true
                : throw Refusals.Of(status, "The conversation was not created");
        },
        cancellationToken);

    /// <summary>Starts the encryption over with everybody who is a member.</summary>
    public Task<bool> RestartAsync(CancellationToken cancellationToken) => CommandAsync(
        async () =>
        {
            await CatchUpAsync(cancellationToken);
            ConversationView view = await DescribeAsync(cancellationToken);
            IReadOnlyList<ClaimedDevice> devices = await KeyPackageClaims.ClaimAsync(
                context, [.. view.Members.Select(member => member.User)], cancellationToken);
            StoredCommit restart = await FirstCommitAsync(CommitPurpose.Restart, view.Type, devices, cancellationToken);
            StorePending(restart);
            ConversationStatus status = await SendPendingAsync(cancellationToken);
            return status is ConversationStatus.Accepted or ConversationStatus.AlreadyAccepted
                ? true
                : throw Refusals.Of(status, "The group was not restarted");
        },
        cancellationToken);

    private async Task<bool> CommitInTurnAsync(
        Func<ConversationView, MlsGroup, Task<CommitPlan>> decide, string what, CancellationToken cancellationToken)
    {
        for (int attempt = 1; attempt <= CommitAttempts; attempt++)
        {
            if (_pending is not null)
            {
                _ = await SendPendingAsync(cancellationToken);
            }

            await CatchUpAsync(cancellationToken);
            if (_group is null || _conversation is not { Stage: ConversationStage.Joined })
            {
                throw Refusals.Of(
                    _conversation is { Stage: ConversationStage.Left } ? ConversationStatus.NotMember : ConversationStatus.DeviceNotInGroup, what);
            }

            ConversationView view = await DescribeAsync(cancellationToken);
            if (view.Epoch != _group.Epoch || view.Group != _conversation.Group)
            {
                continue;
            }

            CommitPlan plan = await decide(view, _group);
            if (plan.IsEmpty)
            {
                return false;
            }

            StorePending(await ChangeAsync(plan, cancellationToken));
            ConversationStatus status = await SendPendingAsync(cancellationToken);
            if (status is ConversationStatus.Accepted or ConversationStatus.AlreadyAccepted)
            {
                return true;
            }

            if (status != ConversationStatus.StaleEpoch)
            {
                throw Refusals.Of(status, what);
            }
        }

        throw Refusals.Of(ConversationStatus.StaleEpoch, what);
    }

    private async Task<StoredCommit> ChangeAsync(CommitPlan plan, CancellationToken cancellationToken)
    {
        LeafCheck check = new(context.People, context.Device, _group);
        using PendingCommit commit = _group!.Commit(plan.Adds, plan.Removes, check.Check);
        await RefuseGhostsAsync(check, cancellationToken);
        return new StoredCommit(
            id, MessageId.New().Value, CommitPurpose.Change, _conversation!.Type, _conversation.Group, commit.Serialize(), NewGroup: null);
    }

    private async Task<StoredCommit> FirstCommitAsync(
        CommitPurpose purpose, ConversationType type, IReadOnlyList<ClaimedDevice> devices, CancellationToken cancellationToken)
    {
        Guid group = Guid.CreateVersion7();
        using MlsGroup alone = MlsGroup.Create(
            MlsCipherSuite.X25519Aes128GcmSha256Ed25519, group.ToByteArray(bigEndian: true), context.Device.Identity, context.Device.Signing);
        LeafCheck check = new(context.People, context.Device, alone);
        byte[][] adds = [.. devices.Take(Limits.DevicesPerCommit).Select(device => device.KeyPackage)];
        using PendingCommit commit = alone.Commit(adds, [], check.Check);
        await RefuseGhostsAsync(check, cancellationToken);
        return new StoredCommit(id, MessageId.New().Value, purpose, type, group, commit.Serialize(), alone.Serialize());
    }

    private async Task RefuseGhostsAsync(LeafCheck check, CancellationToken cancellationToken)
    {
        if ((await context.People.UncertifiedAsync(check.Unknown, cancellationToken)).Count > 0)
        {
            throw new XChatException(ClientErrorReason.Security, "A device to be added is not certified by its account. Nothing was sent.");
        }
    }

    private void StorePending(StoredCommit commit)
    {
        context.Store.Write(transaction => transaction.Put(commit));
        _pending = commit;
    }

    /// <summary>Sends the stored commit, the same bytes however often, and reads the log up to its effect.</summary>
    private async Task<ConversationStatus> SendPendingAsync(CancellationToken cancellationToken)
    {
        StoredCommit pending = _pending!;
        (byte[] message, byte[]? welcome) = Opened(pending);
        EntryResult result = await context.Server.CallAsync(
            hub => pending.Purpose switch
            {
                CommitPurpose.Create => hub.CreateConversation(
                    new CreateConversationRequest(id, pending.Message, pending.Type, pending.Group, message, welcome)),
                CommitPurpose.Restart => hub.RestartGroup(new RestartGroupRequest(id, pending.Message, pending.Group, message, welcome)),
                _ => hub.CommitEpoch(new CommitEpochRequest(id, pending.Message, message, welcome)),
            },
            cancellationToken);
        switch (result.Status)
        {
            case ConversationStatus.Accepted or ConversationStatus.AlreadyAccepted:
                await CatchUpAsync(cancellationToken);
                break;
            case ConversationStatus.Overloaded:
                throw new XChatException(ClientErrorReason.RateLimited, "The conversation is overloaded; try again later.");
            case ConversationStatus.StaleEpoch:
                await CatchUpAsync(cancellationToken);
                DropPending(pending, ConversationStage.Joined);
                break;
            case ConversationStatus.AlreadyExists:
                DropPending(pending, ConversationStage.Waiting);
                await CatchUpAsync(cancellationToken);
                break;
            default:
                DropPending(pending, ConversationStage.Left);
                break;
        }

        return result.Status;
    }

    private static (byte[] Message, byte[]? Welcome) Opened(StoredCommit pending)
    {
        using PendingCommit commit = PendingCommit.Deserialize(pending.Commit);
        return (commit.Message, commit.Welcome);
    }

    /// <summary>The server refused it for certain. A conversation that was to be created by it moves to the stage given.</summary>
    private void DropPending(StoredCommit pending, ConversationStage stageOfCreation)
    {
        if (_pending?.Message != pending.Message)
        {
            return;
        }

        _pending = null;
        if (pending.Purpose == CommitPurpose.Create)
        {
            _conversation = _conversation! with { Stage = stageOfCreation, Group = Guid.Empty };
        }

        context.Store.Write(transaction =>
        {
            transaction.DropPendingCommit(id);
            transaction.Put(_conversation!);
        });
    }

    private async Task<ConversationView> DescribeAsync(CancellationToken cancellationToken)
    {
        GetConversationResult result = await context.Server.CallAsync(hub => hub.GetConversation(id), cancellationToken);
        return result.Conversation ?? throw Refusals.Of(result.Status, "The conversation cannot be read");
    }
}
