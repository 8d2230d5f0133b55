using NSec.Cryptography;

using XChat.Crypto.Hpke;

namespace XChat.Crypto.Mls.Tree;

/// <summary>A new path as its maker holds it: the public keys are in the tree already, the secrets are to be encrypted.</summary>
internal sealed record NewPath(LeafNode Leaf, IReadOnlyList<(uint Node, uint Copath, byte[] Secret, byte[] Public)> Steps, byte[] CommitSecret);

/// <summary>Making, applying and opening update paths (RFC 9420 sections 7.4 to 7.6).</summary>
internal static class TreeKem
{
    private const string PathLabel = "UpdatePathNode";

    /// <summary>Makes new keys from a leaf to the root and puts them into the tree.</summary>
    public static NewPath Create(RatchetTree tree, TreeKeys keys, uint leaf, LeafNode template, byte[] groupId, Key signatureKey)
    {
        (byte[] leafPrivate, byte[] leafPublic) = DiffieHellman.Generate();
        List<(uint, uint, byte[], byte[])> steps = [];
        byte[] secret = System.Security.Cryptography.RandomNumberGenerator.GetBytes(CipherSuite.HashSize);
        foreach ((uint node, uint copath) in tree.FilteredDirectPath(leaf))
        {
            (byte[] nodePrivate, byte[] nodePublic) = KeyPairOf(secret);
            steps.Add((node, copath, secret, nodePublic));
            keys.Set(node, nodePrivate, nodePublic);
            secret = CipherSuite.DeriveSecret(secret, "path");
        }

        LeafNode unsigned = template with { EncryptionKey = leafPublic, Source = LeafNodeSource.Commit, NotBefore = 0, NotAfter = 0 };
        byte[] parentHash = SetPublicKeys(tree, leaf, [.. steps.Select(step => step.Item4)]);
        LeafNode signed = (unsigned with { ParentHash = parentHash }).Sign(signatureKey, groupId, leaf);
        tree.SetLeaf(leaf, signed);
        keys.Set(TreeMath.NodeOf(leaf), leafPrivate, leafPublic);
        return new NewPath(signed, steps, secret);
    }

    /// <summary>Encrypts each path secret to everyone below the sibling, save the members that the same commit adds.</summary>
    public static UpdatePath Encrypt(CipherSuite suite, RatchetTree tree, NewPath path, IReadOnlyCollection<uint> added, byte[] context)
    {
        HashSet<uint> without = [.. added.Select(TreeMath.NodeOf)];
        return new UpdatePath(path.Leaf, [.. path.Steps.Select(step => new UpdatePathNode(
            step.Public,
            [.. tree.Resolution(step.Copath).Where(node => !without.Contains(node))
                .Select(node => suite.EncryptWithLabel(tree.PublicKeyOf(node), PathLabel, context, step.Secret))]))]);
    }

    /// <summary>Puts another member's path into the tree and checks the parent hash that its leaf carries.</summary>
    public static void Apply(RatchetTree tree, uint leaf, UpdatePath path)
    {
        if (tree.FilteredDirectPath(leaf).Count != path.Nodes.Count)
        {
            throw new MlsException(MlsError.BadTree, "The update path has the wrong length.");
        }

        byte[] parentHash = SetPublicKeys(tree, leaf, [.. path.Nodes.Select(node => node.EncryptionKey)]);
        if (path.Leaf.Source != LeafNodeSource.Commit || !path.Leaf.ParentHash.AsSpan().SequenceEqual(parentHash))
        {
            throw new MlsException(MlsError.BadSignature, "The update path's parent hash does not fit.");
        }

        tree.SetLeaf(leaf, path.Leaf);
    }

    /// <summary>Opens the path secret meant for us, takes over the keys above, and returns the commit secret.</summary>
    public static byte[] Open(
        CipherSuite suite, RatchetTree tree, TreeKeys keys, uint own, uint sender, UpdatePath path, IReadOnlyCollection<uint> added, byte[] context)
    {
        List<(uint Node, uint Copath)> filtered = tree.FilteredDirectPath(sender);
        int at = filtered.FindIndex(step => TreeMath.IsBelow(TreeMath.NodeOf(own), step.Copath));
        HashSet<uint> without = [.. added.Select(TreeMath.NodeOf)];
        List<uint> resolution = at < 0 ? [] : [.. tree.Resolution(filtered[at].Copath).Where(node => !without.Contains(node))];
        int ours = resolution.FindIndex(node => keys.Find(node) is not null);
        if (ours < 0 || path.Nodes[at].EncryptedPathSecrets.Count != resolution.Count)
        {
            throw new MlsException(MlsError.BadTree, "The update path has no secret for us.");
        }

        byte[] secret = suite.DecryptWithLabel(keys.Find(resolution[ours])!, PathLabel, context, path.Nodes[at].EncryptedPathSecrets[ours]);
        return TakeOver(tree, keys, [.. filtered.Skip(at).Select(step => step.Node)], secret);
    }

    /// <summary>Derives the keys of the nodes from a path secret upwards, checks them against the tree, and returns the commit secret.</summary>
    public static byte[] TakeOver(RatchetTree tree, TreeKeys keys, IReadOnlyList<uint> nodes, byte[] secret)
    {
        foreach (uint node in nodes)
        {
            (byte[] nodePrivate, byte[] nodePublic) = KeyPairOf(secret);
            if (tree.IsBlank(node) || !nodePublic.AsSpan().SequenceEqual(tree.PublicKeyOf(node)))
            {
                throw new MlsException(MlsError.BadTree, "A path secret does not fit its public key.");
            }

            keys.Set(node, nodePrivate, nodePublic);
            secret = CipherSuite.DeriveSecret(secret, "path");
        }

        return secret;
    }

    private static (byte[] Private, byte[] Public) KeyPairOf(byte[] pathSecret) => HpkeSuite.DeriveKeyPair(CipherSuite.DeriveSecret(pathSecret, "node"));

    /// <summary>Sets the keys of the filtered path, blanks the rest, and returns the parent hash for the leaf (RFC 9420 section 7.9).</summary>
    private static byte[] SetPublicKeys(RatchetTree tree, uint leaf, IReadOnlyList<byte[]> publicKeys)
    {
        List<(uint Node, uint Copath)> filtered = tree.FilteredDirectPath(leaf);
        tree.BlankPath(leaf);
        byte[] parentHash = [];
        for (int i = filtered.Count - 1; i >= 0; i--)
        {
            tree.SetParent(filtered[i].Node, new ParentNode(publicKeys[i], parentHash, []));
            parentHash = tree.ParentHash(filtered[i].Node, filtered[i].Copath);
        }

        return parentHash;
    }
}
