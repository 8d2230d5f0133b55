using System.Security.Cryptography;

using XChat.Client.Accounts;
using XChat.Client.Delivery;
using XChat.Protocol;
using XChat.Protocol.Conversations;

namespace XChat.Client.Conversations;

/// <summary>Looking after the roster: compare it with the server's, and carry out device changes that wait for some member's commit.</summary>
internal sealed partial class ConversationSession
{
    private static readonly TimeSpan UpkeepBase = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan UpkeepPerMember = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan UpkeepLongest = TimeSpan.FromSeconds(10);

    /// <summary>A new device is certified first and uploads its key packages after that; one that never does is left for the next occasion.</summary>
    private const int UpkeepTries = 12;

    private bool _upkeepPlanned;
    private int _upkeepTries;

    /// <summary>What waits for a commit: devices of members to come in, leaves of devices that are gone to go out.</summary>
    public static async Task<CommitPlan> DueAsync(ChatContext context, ConversationView view, CancellationToken cancellationToken)
    {
        IReadOnlyList<ClaimedDevice> claimed = view.PendingAdds.Count == 0
            ? []
            : await KeyPackageClaims.ClaimAsync(context, [.. view.PendingAdds.Select(device => device.User).Distinct()], cancellationToken);
        HashSet<(Guid, Guid)> awaited = [.. view.PendingAdds.Select(device => (device.User, device.Device))];
        byte[][] adds = [.. claimed.Where(device => awaited.Contains((device.User, device.Device))).Select(device => device.KeyPackage)];
        int[] removes = [.. view.PendingRemoves.Take(Limits.DevicesPerCommit)];
        return new CommitPlan([.. adds.Take(Limits.DevicesPerCommit - removes.Length)], removes);
    }

    private async Task CheckRosterAsync(CancellationToken cancellationToken)
    {
        if (_conversation is not { Stage: ConversationStage.Joined } || _group is null)
        {
            _rosterMoved = false;
            return;
        }

        GetConversationResult result = await context.Server.CallAsync(hub => hub.GetConversation(id), cancellationToken);
        if (result.Conversation is not { } view || view.Epoch != _group.Epoch || view.Group != _conversation.Group)
        {
            // Something happened in between; the entry that says what wakes this conversation again.
            return;
        }

        _rosterMoved = false;
        IReadOnlyList<string> differences = RosterRules.Differences(view.Leaves, _group.Members);
        if (differences.Count > 0)
        {
            context.Warnings.Raise(
                SecurityWarningKind.RosterDiffers, Guid.Empty, id,
                "The server names other devices in this conversation than those that messages are encrypted to. " + string.Join(" ", differences.Take(5)));
        }

        if (view.PendingAdds.Count + view.PendingRemoves.Count > 0)
        {
            TimeSpan most = UpkeepBase + (UpkeepPerMember * view.Members.Count);
            _upkeepTries = 0;
            PlanUpkeep(most < UpkeepLongest ? most : UpkeepLongest);
        }
        else if (_conversation.RosterDue)
        {
            _conversation = _conversation with { RosterDue = false };
            context.Store.Write(transaction => transaction.Put(_conversation));
        }
    }

    /// <summary>After a random wait, so that not all members who are online commit the same at once.</summary>
    private void PlanUpkeep(TimeSpan most)
    {
        if (_upkeepPlanned)
        {
            return;
        }

        _upkeepPlanned = true;
        _ = UpkeepAfterAsync(most * (RandomNumberGenerator.GetInt32(1_000) / 1_000.0));
    }

    private async Task UpkeepAfterAsync(TimeSpan wait)
    {
        try
        {
            await Task.Delay(wait, context.Time, _stopping.Token);
            _upkeepPlanned = false;
            bool unmet = false;
            _ = await CommitAsync(
                async (view, _) =>
                {
                    CommitPlan plan = await DueAsync(context, view, _stopping.Token);
                    unmet = plan.Adds.Count < view.PendingAdds.Count;
                    return plan;
                },
                "Pending device changes were not committed",
                _stopping.Token);
            if (unmet && ++_upkeepTries < UpkeepTries)
            {
                PlanUpkeep(Backoff.Ceiling(_upkeepTries));
            }
        }
        catch (Exception stopped) when (stopped is OperationCanceledException or ObjectDisposedException)
        {
            // The client is closing; another member carries it out, or this one next time.
        }
        catch (Exception problem)
        {
            _rosterMoved = true;
            context.Feed.Publish(new WorkFailed(id, problem));
        }
    }
}
