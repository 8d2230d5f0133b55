using XChat.Crypto.Mls;
using XChat.Protocol.Conversations;

namespace XChat.Client.Conversations;

/// <summary>Holds the server's roster against the one that is encrypted to.</summary>
internal static class RosterRules
{
    /// <summary>The identity of a leaf: 16 bytes of user, 16 of device, big-endian.</summary>
    public static byte[] Identity(Guid user, Guid device) => [.. user.ToByteArray(bigEndian: true), .. device.ToByteArray(bigEndian: true)];

    /// <summary>The user and device of a leaf; null when the identity is not of this profile.</summary>
    public static (Guid User, Guid Device)? Parse(ReadOnlySpan<byte> identity) => identity.Length == 32
        ? (new Guid(identity[..16], bigEndian: true), new Guid(identity[16..], bigEndian: true))
        : null;

    /// <summary>One line for each leaf that differs; none when both agree.</summary>
    public static IReadOnlyList<string> Differences(IReadOnlyList<LeafView> server, IReadOnlyList<MlsMember> group)
    {
        Dictionary<int, (Guid User, Guid Device)?> encryptedTo = group.ToDictionary(member => member.LeafIndex, member => Parse(member.Identity));
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
