using XChat.Client.Accounts;
using XChat.Crypto.Mls;

namespace XChat.Client.Conversations;

/// <summary>
/// The authentication service of one MLS step. A leaf that is in the group already with the same key, or that a known device list certifies, is
/// accepted. Any other is let through for the moment and collected: its account has to be asked, which takes a call, and the step counts only after
/// <see cref="People.UncertifiedAsync"/> has refused none of them.
/// </summary>
internal sealed class LeafCheck(People people, DeviceKeys own, MlsGroup? group)
{
    private readonly IReadOnlyList<MlsMember> _members = group?.Members ?? [];

    public List<LeafClaim> Unknown { get; } = [];

    public bool Check(byte[] identity, byte[] signatureKey)
    {
        bool known = IsOwn(identity, signatureKey) || people.IsCertified(identity, signatureKey)
            || _members.Any(member => member.Identity.AsSpan().SequenceEqual(identity) && member.SignatureKey.AsSpan().SequenceEqual(signatureKey));
        if (!known)
        {
            Unknown.Add(new LeafClaim(identity, signatureKey));
        }

        return true;
    }

    private bool IsOwn(byte[] identity, byte[] signatureKey) =>
        own.Identity.AsSpan().SequenceEqual(identity) && own.PublicKey.AsSpan().SequenceEqual(signatureKey);
}
