using XChat.GrainInterfaces.Accounts;

namespace XChat.Grains.Conversations;

/// <summary>What an MLS commit says in the clear. Nothing of it is proven until it is held against the group and the certified devices.</summary>
/// <param name="Group">The group id, when it is 16 bytes; the empty value otherwise.</param>
/// <param name="Epoch">The epoch that it ends.</param>
/// <param name="SenderLeaf">Whose leaf it claims to come from.</param>
/// <param name="Adds">The devices of the key packages that it adds, in order.</param>
/// <param name="Removes">The leaves that it takes away.</param>
/// <param name="Path">The committer's own new leaf; null without an update path.</param>
public sealed record CommitFacts(
    Guid Group,
    long Epoch,
    int SenderLeaf,
    IReadOnlyList<LeafClaim> Adds,
    IReadOnlyList<int> Removes,
    LeafClaim? Path);

/// <summary>A leaf node's claim to be a device: its credential and its Ed25519 signature key.</summary>
public sealed record LeafClaim(Caller Device, byte[] SignatureKey);
