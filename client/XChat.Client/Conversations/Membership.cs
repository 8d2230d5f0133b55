using XChat.Crypto.Mls;
using XChat.Protocol;
using XChat.Protocol.Conversations;

namespace XChat.Client.Conversations;

/// <summary>What a commit has to do so that people come in or go. Each also carries out what waits for a commit anyway.</summary>
internal static class Membership
{
    /// <summary>Brings in those who are not in yet, as many devices as one commit takes.</summary>
    public static async Task<CommitPlan> AddAsync(
        ChatContext context, ConversationView view, IReadOnlyCollection<Guid> users, CancellationToken cancellationToken)
    {
        CommitPlan due = await ConversationSession.DueAsync(context, view, cancellationToken);
        HashSet<Guid> members = [.. view.Members.Select(member => member.User)];
        Guid[] missing = [.. users.Where(user => !members.Contains(user))];
        if (missing.Length == 0)
        {
            return new CommitPlan([], []);
        }

        int room = Limits.DevicesPerCommit - due.Adds.Count - due.Removes.Count;
        Guid[] some = [.. missing.Take(Math.Max(1, room / Limits.DevicesPerAccount))];
        IReadOnlyList<ClaimedDevice> claimed = await KeyPackageClaims.ClaimAsync(context, some, cancellationToken);
        RequireEverybody(context, some, claimed);
        return new CommitPlan([.. due.Adds, .. claimed.Select(device => device.KeyPackage)], due.Removes);
    }

    /// <summary>Takes a person out with all of their devices.</summary>
    public static CommitPlan Remove(ConversationView view, MlsGroup group, Guid user)
    {
        int[] leaves = [.. group.Members.Where(member => RosterRules.DeviceOf(member)?.User == user).Select(member => member.LeafIndex)];
        return leaves.Length == 0
            ? new CommitPlan([], [])
            : new CommitPlan([], [.. leaves.Union(view.PendingRemoves).Take(Math.Max(leaves.Length, Limits.DevicesPerCommit))]);
    }

    /// <summary>A person none of whose devices published keys (with a Welcome key) cannot be encrypted to.</summary>
    public static void RequireEverybody(ChatContext context, IEnumerable<Guid> users, IReadOnlyList<ClaimedDevice> claimed)
    {
        foreach (Guid user in users.Where(user => claimed.All(device => device.User != user)))
        {
            throw new XChatException(
                ClientErrorReason.Refused,
                $"{context.People.NameOf(user)} has no device that can be added yet: they have to connect once with a program that is up to date.");
        }
    }
}
