namespace XChat.Crypto.Mls.Tree;

/// <summary>
/// The ratchet tree's public half (RFC 9420 section 4 and 7). Nodes are immutable, so a copy is two array copies. The number of leaves is a power
/// of two; hashes are cached for each node until something below changes.
/// </summary>
internal sealed partial class RatchetTree
{
    private LeafNode?[] _leaves;
    private ParentNode?[] _parents;
    private byte[]?[] _hashes;

    private RatchetTree(LeafNode?[] leaves, ParentNode?[] parents, byte[]?[] hashes) => (_leaves, _parents, _hashes) = (leaves, parents, hashes);

    public uint LeafCount => (uint)_leaves.Length;

    public uint NodeCount => TreeMath.NodeCount(LeafCount);

    public uint RootNode => TreeMath.Root(LeafCount);

    public static RatchetTree Single(LeafNode leaf) => new([leaf], [], new byte[]?[1]);

    public RatchetTree Copy() => new([.. _leaves], [.. _parents], [.. _hashes]);

    public LeafNode? Leaf(uint leaf) => leaf < LeafCount ? _leaves[leaf] : null;

    public ParentNode? Parent(uint node) => _parents[node / 2];

    public bool IsBlank(uint node) => TreeMath.IsLeaf(node) ? _leaves[TreeMath.LeafOf(node)] is null : Parent(node) is null;

    public byte[] PublicKeyOf(uint node) =>
        (TreeMath.IsLeaf(node) ? _leaves[TreeMath.LeafOf(node)]?.EncryptionKey : Parent(node)?.EncryptionKey)
        ?? throw new MlsException(MlsError.BadTree, "A blank node has no key.");

    public IEnumerable<(uint Index, LeafNode Leaf)> Members()
    {
        for (uint leaf = 0; leaf < LeafCount; leaf++)
        {
            if (_leaves[leaf] is { } node)
            {
                yield return (leaf, node);
            }
        }
    }

    /// <summary>Puts a leaf into the leftmost blank place, doubling the tree when there is none (RFC 9420 section 7.7).</summary>
    public uint Add(LeafNode leaf)
    {
        int index = Array.IndexOf(_leaves, null);
        if (index < 0)
        {
            index = _leaves.Length;
            Resize(LeafCount * 2);
        }

        uint added = (uint)index;
        _leaves[added] = leaf;
        foreach (uint node in TreeMath.DirectPath(TreeMath.NodeOf(added), LeafCount))
        {
            if (Parent(node) is { } parent)
            {
                _parents[node / 2] = parent with { UnmergedLeaves = [.. parent.UnmergedLeaves.Append(added).Order()] };
            }
        }

        Forget(TreeMath.NodeOf(added));
        return added;
    }

    /// <summary>Blanks a leaf and its path, then drops the right half while it is empty (RFC 9420 section 7.7).</summary>
    public void Remove(uint leaf)
    {
        _leaves[leaf] = null;
        BlankPath(leaf);
        while (LeafCount > 1 && _leaves.AsSpan((int)LeafCount / 2).IndexOfAnyExcept((LeafNode?)null) < 0)
        {
            Resize(LeafCount / 2);
        }
    }

    /// <summary>Replaces a leaf and blanks its path.</summary>
    public void Update(uint leaf, LeafNode node)
    {
        _leaves[leaf] = node;
        BlankPath(leaf);
    }

    public void SetLeaf(uint leaf, LeafNode node)
    {
        _leaves[leaf] = node;
        Forget(TreeMath.NodeOf(leaf));
    }

    public void SetParent(uint node, ParentNode? parent)
    {
        _parents[node / 2] = parent;
        Forget(node);
    }

    public void BlankPath(uint leaf)
    {
        foreach (uint node in TreeMath.DirectPath(TreeMath.NodeOf(leaf), LeafCount))
        {
            _parents[node / 2] = null;
        }

        Forget(TreeMath.NodeOf(leaf));
    }

    /// <summary>The nodes that together stand for everyone below (RFC 9420 section 4.1.1).</summary>
    public List<uint> Resolution(uint node)
    {
        List<uint> result = [];
        Resolve(node, result);
        return result;
    }

    /// <summary>The direct path without nodes whose child on the copath stands for nobody (RFC 9420 section 4.1.2), with those children.</summary>
    public List<(uint Node, uint Copath)> FilteredDirectPath(uint leaf)
    {
        List<(uint, uint)> path = [];
        uint child = TreeMath.NodeOf(leaf);
        foreach (uint node in TreeMath.DirectPath(child, LeafCount))
        {
            uint copath = TreeMath.Sibling(child);
            if (!IsEmptyBelow(copath))
            {
                path.Add((node, copath));
            }

            child = node;
        }

        return path;
    }

    private bool IsEmptyBelow(uint node)
    {
        if (!IsBlank(node))
        {
            return false;
        }

        return TreeMath.IsLeaf(node) || (IsEmptyBelow(TreeMath.Left(node)) && IsEmptyBelow(TreeMath.Right(node)));
    }

    private void Resolve(uint node, List<uint> result)
    {
        if (TreeMath.IsLeaf(node))
        {
            if (!IsBlank(node))
            {
                result.Add(node);
            }
        }
        else if (Parent(node) is { } parent)
        {
            result.Add(node);
            result.AddRange(parent.UnmergedLeaves.Select(TreeMath.NodeOf));
        }
        else
        {
            Resolve(TreeMath.Left(node), result);
            Resolve(TreeMath.Right(node), result);
        }
    }

    private void Resize(uint leaves)
    {
        Array.Resize(ref _leaves, (int)leaves);
        Array.Resize(ref _parents, (int)leaves - 1);
        Array.Resize(ref _hashes, (int)TreeMath.NodeCount(leaves));
        if (leaves > 1)
        {
            _hashes[TreeMath.Root(leaves)] = null;
        }
    }

    private void Forget(uint node)
    {
        _hashes[node] = null;
        foreach (uint above in TreeMath.DirectPath(node, LeafCount))
        {
            _hashes[above] = null;
        }
    }
}
