using XChat.Crypto.Identity;
using XChat.Crypto.Mls;
using XChat.Protocol.Conversations;

namespace XChat.Client.Conversations;

/// <summary>Holds the server's roster against the one that is encrypted to.</summary>
internal static class RosterRules
{
    /// <summary>The user and device of a leaf; null when the identity is not of this profile.</summary>
    public static (Guid User, Guid Device)? DeviceOf(MlsMember member) =>
        MemberIdentity.TryDecode(member.Identity, out Guid user, out Guid device) ? (user, device) : null;

    /// <summary>The people of a group, without the leaves of identities that cannot be read.</summary>
    public static HashSet<Guid> PeopleOf(IEnumerable<MlsMember> members) =>
        [.. members.Select(DeviceOf).OfType<(Guid User, Guid Device)>().Select(leaf => leaf.User)];

    /// <summary>The devices of a group, likewise.</summary>
    public static HashSet<(Guid User, Guid Device)> DevicesOf(IEnumerable<MlsMember> members) =>
        [.. members.Select(DeviceOf).OfType<(Guid User, Guid Device)>()];

    /// <summary>One line for each leaf that differs; none when both agree.</summary>
    public static IReadOnlyList<string> Differences(IReadOnlyList<LeafView> server, IReadOnlyList<MlsMember> group)
    {
        Dictionary<int, (Guid User, Guid Device)?> encryptedTo = group.ToDictionary(member => member.LeafIndex, DeviceOf);
        Dictionary<int, (Guid User, Guid Device)?> claimed = [];
        foreach (LeafView leaf in server)
        {
            claimed[leaf.Leaf] = (leaf.User, leaf.Device);
        }

        return
        [
            .. from index in encryptedTo.Keys.Union(claimed.Keys).Order()
               let ours = encryptedTo.GetValueOrDefault(index)
               let theirs = claimed.GetValueOrDefault(index)
               where ours != theirs
               select $"Leaf {index}: encrypted to {Name(ours)}, but the server says {Name(theirs)}.",
        ];
    }

    private static string Name((Guid User, Guid Device)? leaf) => leaf is { } there ? $"device {there.Device:D} of {there.User:D}" : "nobody";
}
