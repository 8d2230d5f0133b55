using System.Security.Cryptography;

using NSec.Cryptography;

using XChat.Crypto.Hpke;
using XChat.Crypto.Mls.Tree;

namespace XChat.Crypto.Mls;

/// <summary>Joining by Welcome (RFC 9420 section 12.4.3.1).</summary>
public sealed partial class MlsGroup
{
    /// <summary>Whether a Welcome names a key package.</summary>
    public static bool WelcomeIsFor(ReadOnlySpan<byte> welcome, byte[] keyPackageReference) =>
        ParseWelcome(welcome).Secrets.Any(secrets => secrets.NewMember.AsSpan().SequenceEqual(keyPackageReference));

    /// <summary>Joins with whichever of the key packages the Welcome names. The ratchet tree must be in the Welcome.</summary>
    public static MlsGroup Join(ReadOnlySpan<byte> welcome, IReadOnlyList<KeyPackageBundle> candidates, Key signatureKey, MlsIdentityCheck check) =>
        Join(welcome, candidates, signatureKey, check, ratchetTree: null, new Dictionary<string, byte[]>());

    internal static MlsGroup Join(
        ReadOnlySpan<byte> welcome,
        IReadOnlyList<KeyPackageBundle> candidates,
        Key signatureKey,
        MlsIdentityCheck check,
        byte[]? ratchetTree,
        IReadOnlyDictionary<string, byte[]> externalPsks)
    {
        Welcome parsed = ParseWelcome(welcome);
        CipherSuite suite = CipherSuite.Of(parsed.Suite);
        (KeyPackageBundle bundle, EncryptedGroupSecrets encrypted) = Choose(parsed, candidates);
        encrypted = bundle.WelcomeSeed is { } seed
            ? WelcomeSeal.Open(seed, parsed.Suite, encrypted, CipherSuite.Hash(parsed.EncryptedGroupInfo))
            : encrypted;
        byte[] opened = suite.DecryptWithLabel(bundle.InitPrivate, "Welcome", parsed.EncryptedGroupInfo, encrypted.Secrets);
        GroupSecrets secrets = GroupSecrets.Parse(opened);
        CryptographicOperations.ZeroMemory(opened);
        byte[] psk = EpochSecrets.PskSecret([.. secrets.Psks.Select(id => (id, ExternalPsk(id, externalPsks)))]);
        GroupInfo info = OpenGroupInfo(suite, parsed, EpochSecrets.Welcome(secrets.JoinerSecret, psk));
        RatchetTree tree = TreeOf(info, ratchetTree);
        CheckGroup(info, tree, parsed.Suite, check);
        uint own = OwnLeafIn(tree, bundle);
        TreeKeys keys = KeysOf(tree, own, info.Signer, bundle, secrets.PathSecret);
        EpochSecrets epoch = EpochSecrets.FromJoiner(secrets.JoinerSecret, psk, info.Context);
        CryptographicOperations.ZeroMemory(secrets.JoinerSecret);
        if (!CipherSuite.MacEquals(CipherSuite.Mac(epoch.Confirmation, info.Context.ConfirmedTranscriptHash), info.ConfirmationTag))
        {
            throw new MlsException(MlsError.BadSignature, "The Welcome's confirmation tag does not verify.");
        }

        EpochState state = new(
            suite, info.Context, tree, own, keys, epoch, new SecretTree(suite, tree.LeafCount, epoch.Encryption),
            EpochSecrets.InterimTranscriptHash(info.Context.ConfirmedTranscriptHash, info.ConfirmationTag));
        return new MlsGroup(state, signatureKey);
    }

    private static Welcome ParseWelcome(ReadOnlySpan<byte> bytes) =>
        MlsMessage.Parse(bytes).Body as Welcome ?? throw new MlsException(MlsError.Malformed, "The message is not a Welcome.");

    private static (KeyPackageBundle, EncryptedGroupSecrets) Choose(Welcome welcome, IReadOnlyList<KeyPackageBundle> candidates)
    {
        foreach (EncryptedGroupSecrets secrets in welcome.Secrets)
        {
            if (candidates.FirstOrDefault(candidate => candidate.Reference.AsSpan().SequenceEqual(secrets.NewMember)) is { } bundle)
            {
                return bundle.Package.Suite == welcome.Suite
                    ? (bundle, secrets)
                    : throw new MlsException(MlsError.Unsupported, "The Welcome is of another cipher suite than its key package.");
            }
        }

        throw new MlsException(MlsError.NotForUs, "The Welcome is for none of the key packages at hand.");
    }

    private static byte[] ExternalPsk(PreSharedKeyId id, IReadOnlyDictionary<string, byte[]> externalPsks) =>
        id.Type == PreSharedKeyId.External && externalPsks.TryGetValue(Convert.ToHexString(id.Id), out byte[]? psk)
            ? psk
            : throw new MlsException(MlsError.UnknownPsk, "A pre-shared key of the Welcome is not known.");

    internal static GroupInfo OpenGroupInfo(CipherSuite suite, Welcome welcome, byte[] secret)
    {
        byte[] key = CipherSuite.ExpandWithLabel(secret, "key", [], suite.Aead.KeySize);
        byte[] nonce = CipherSuite.ExpandWithLabel(secret, "nonce", [], Aead.NonceSize);
        byte[] plaintext = suite.Aead.Open(key, nonce, [], welcome.EncryptedGroupInfo)
            ?? throw new MlsException(MlsError.BadCiphertext, "The Welcome's group info does not open.");
        return GroupInfo.Parse(plaintext);
    }

    private static RatchetTree TreeOf(GroupInfo info, byte[]? ratchetTree)
    {
        byte[] bytes = info.Extensions.FirstOrDefault(extension => extension.Type == Extension.RatchetTree)?.Data
            ?? ratchetTree
            ?? throw new MlsException(MlsError.BadTree, "The Welcome has no ratchet tree.");
        return RatchetTree.Read(bytes);
    }

    private static void CheckGroup(GroupInfo info, RatchetTree tree, ushort suite, MlsIdentityCheck check)
    {
        if (info.Context.Suite != suite || !tree.TreeHash().AsSpan().SequenceEqual(info.Context.TreeHash))
        {
            throw new MlsException(MlsError.BadTree, "The ratchet tree is not the one that the group info names.");
        }

        tree.Validate(info.Context.GroupId);
        if (tree.Leaf(info.Signer) is not { } signer || !info.Verify(signer.SignatureKey))
        {
            throw new MlsException(MlsError.BadSignature, "The group info's signature does not verify.");
        }

        if (tree.Members().Any(member => !check(member.Leaf.Credential.Data, member.Leaf.SignatureKey)))
        {
            throw new MlsException(MlsError.NotCertified, "A member's key is not certified for its identity.");
        }
    }

    private static uint OwnLeafIn(RatchetTree tree, KeyPackageBundle bundle)
    {
        foreach ((uint index, LeafNode leaf) in tree.Members())
        {
            if (leaf.EncryptionKey.AsSpan().SequenceEqual(bundle.Package.Leaf.EncryptionKey)
                && leaf.SignatureKey.AsSpan().SequenceEqual(bundle.Package.Leaf.SignatureKey))
            {
                return index;
            }
        }

        throw new MlsException(MlsError.BadTree, "Our leaf is not in the tree.");
    }

    private static TreeKeys KeysOf(RatchetTree tree, uint own, uint signer, KeyPackageBundle bundle, byte[]? pathSecret)
    {
        TreeKeys keys = new();
        keys.Set(TreeMath.NodeOf(own), [.. bundle.LeafPrivate], bundle.Package.Leaf.EncryptionKey);
        if (pathSecret is not null)
        {
            IEnumerable<uint> above = tree.FilteredDirectPath(signer)
                .Select(step => step.Node)
                .SkipWhile(node => !TreeMath.IsBelow(TreeMath.NodeOf(own), node));
            _ = TreeKem.TakeOver(tree, keys, [.. above], pathSecret);
        }

        return keys;
    }
}
