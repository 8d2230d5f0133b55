using XChat.Crypto.Mls;
using XChat.GrainInterfaces.Accounts;
using XChat.Protocol;
using XChat.Protocol.Accounts;

namespace XChat.Grains.Conversations;

/// <summary>
/// What an MLS commit says in the clear. Its leaves are signed by their own keys; that they are certified devices, and that the commit fits the
/// group, is for the rules to find.
/// </summary>
/// <param name="Group">The group id: XChat's are UUIDs.</param>
/// <param name="Epoch">The epoch that it ends.</param>
/// <param name="SenderLeaf">Whose leaf it claims to come from.</param>
/// <param name="Adds">The devices of the key packages that it adds, in order.</param>
/// <param name="Removes">The leaves that it takes away.</param>
/// <param name="Path">The committer's own new leaf.</param>
public sealed record CommitFacts(
    Guid Group,
    long Epoch,
    int SenderLeaf,
    IReadOnlyList<LeafClaim> Adds,
    IReadOnlyList<int> Removes,
    LeafClaim Path)
{
    private const int UuidBytes = 16;

    /// <summary>Null when the bytes are not one commit of XChat's profile of MLS, or longer than any.</summary>
    public static CommitFacts? TryRead(ReadOnlySpan<byte> commit)
    {
        try
        {
            return commit.Length <= Limits.CommitBytes ? Of(CommitInspector.Inspect(commit, Limits.DevicesPerCommit)) : null;
        }
        catch (MlsException)
        {
            // Whoever made these bytes is told that they are no commit; why not is of no use to anyone else.
            return null;
        }
    }

    private static CommitFacts? Of(CommitInfo commit)
    {
        LeafClaim?[] adds = [.. commit.Adds.Select(package => Claim(package.Identity, package.SignatureKey))];
        return commit.GroupId.Length == UuidBytes && Claim(commit.PathIdentity, commit.PathSignatureKey) is { } path && !adds.Contains(null)
            ? new CommitFacts(new Guid(commit.GroupId, bigEndian: true), commit.Epoch, commit.SenderLeaf, adds!, commit.Removes, path)
            : null;
    }

    private static LeafClaim? Claim(byte[] identity, byte[] key) => identity.Length == 2 * UuidBytes
        ? new LeafClaim(
            new Caller(
                new UserId(new Guid(identity.AsSpan(0, UuidBytes), bigEndian: true)),
                new DeviceId(new Guid(identity.AsSpan(UuidBytes), bigEndian: true))),
            key)
        : null;
}

/// <summary>A leaf node's claim to be a device: its credential (user and device id, 16 bytes each) and its Ed25519 signature key.</summary>
public sealed record LeafClaim(Caller Device, byte[] SignatureKey);
