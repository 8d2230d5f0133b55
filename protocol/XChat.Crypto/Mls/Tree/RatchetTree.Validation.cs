namespace XChat.Crypto.Mls.Tree;

/// <summary>What a new member checks of a tree that it did not see grow (RFC 9420 sections 7.3, 7.9.2 and 12.4.3.1).</summary>
internal sealed partial class RatchetTree
{
    public void Validate(ReadOnlySpan<byte> groupId)
    {
        HashSet<string> keys = [];
        foreach ((uint index, LeafNode leaf) in Members())
        {
            if (!leaf.VerifySignature(groupId, index))
            {
                throw new MlsException(MlsError.BadSignature, "A leaf's signature does not verify.");
            }

            if (!keys.Add("s" + Convert.ToHexString(leaf.SignatureKey)) || !keys.Add("e" + Convert.ToHexString(leaf.EncryptionKey)))
            {
                throw new MlsException(MlsError.BadTree, "Two nodes have the same key.");
            }
        }

        for (uint node = 1; node < NodeCount; node += 2)
        {
            if (Parent(node) is not { } parent)
            {
                continue;
            }

            if (!keys.Add("e" + Convert.ToHexString(parent.EncryptionKey)) || !UnmergedLeavesAreConsistent(node, parent))
            {
                throw new MlsException(MlsError.BadTree, "A parent node repeats a key or lists unmerged leaves wrongly.");
            }

            if (!HasParentHashValidChild(node))
            {
                throw new MlsException(MlsError.BadSignature, "A parent node's hash is in no child.");
            }
        }
    }

    /// <summary>Each unmerged leaf is a member below, and every parent between it and the node lists it too.</summary>
    private bool UnmergedLeavesAreConsistent(uint node, ParentNode parent)
    {
        foreach (uint leaf in parent.UnmergedLeaves)
        {
            uint below = TreeMath.NodeOf(leaf);
            if (leaf >= LeafCount || !TreeMath.IsBelow(below, node) || _leaves[leaf] is null)
            {
                return false;
            }

            for (uint between = TreeMath.Parent(below); between != node; between = TreeMath.Parent(between))
            {
                if (Parent(between) is { } inner && !inner.UnmergedLeaves.Contains(leaf))
                {
                    return false;
                }
            }
        }

        return true;
    }

    /// <summary>Some node in the resolution of a child carries this node's parent hash, and the rest of that resolution is unmerged here.</summary>
    private bool HasParentHashValidChild(uint node)
    {
        (uint left, uint right) = (TreeMath.Left(node), TreeMath.Right(node));
        return ChildCarriesHash(node, left, right) || ChildCarriesHash(node, right, left);
    }

    private bool ChildCarriesHash(uint node, uint child, uint sibling)
    {
        IReadOnlyList<uint> unmerged = Parent(node)!.UnmergedLeaves;
        byte[] expected = ParentHash(node, sibling);
        List<uint> resolution = Resolution(child);
        foreach (uint candidate in resolution)
        {
            byte[]? carried = TreeMath.IsLeaf(candidate) ? LeafParentHash(candidate) : Parent(candidate)!.ParentHash;
            if (carried is not null && carried.AsSpan().SequenceEqual(expected))
            {
                HashSet<uint> others = [.. resolution.Where(other => other != candidate)];
                return others.SetEquals(unmerged.Select(TreeMath.NodeOf).Where(leaf => TreeMath.IsBelow(leaf, child) && leaf != candidate));
            }
        }

        return false;
    }

    private byte[]? LeafParentHash(uint node) =>
        _leaves[TreeMath.LeafOf(node)] is { Source: LeafNodeSource.Commit } leaf ? leaf.ParentHash : null;
}
