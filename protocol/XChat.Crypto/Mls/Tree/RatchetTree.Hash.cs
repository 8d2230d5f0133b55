using XChat.Crypto.Mls.Encoding;

namespace XChat.Crypto.Mls.Tree;

/// <summary>Tree hashes and parent hashes (RFC 9420 sections 7.8 and 7.9).</summary>
internal sealed partial class RatchetTree
{
    public byte[] TreeHash() => TreeHash(RootNode);

    public byte[] TreeHash(uint node) => _hashes[node] ??= HashOf(node, TreeHash, except: null);

    /// <summary>
    /// The parent hash that a child of <paramref name="node"/> carries: it binds the node's key, its own parent hash and the sibling's subtree as it
    /// was when the node's key was set, that is, without the leaves that were added since.
    /// </summary>
    public byte[] ParentHash(uint node, uint sibling)
    {
        ParentNode parent = Parent(node) ?? throw new MlsException(MlsError.BadTree, "A blank node has no parent hash.");
        TlsWriter writer = new();
        writer.Bytes(parent.EncryptionKey);
        writer.Bytes(parent.ParentHash);
        writer.Bytes(OriginalTreeHash(sibling, parent.UnmergedLeaves));
        return CipherSuite.Hash(writer.ToArray());
    }

    private byte[] OriginalTreeHash(uint node, IReadOnlyList<uint> without)
    {
        uint[] below = [.. without.Where(leaf => TreeMath.IsBelow(TreeMath.NodeOf(leaf), node))];
        return below.Length == 0 ? TreeHash(node) : HashOf(node, child => OriginalTreeHash(child, below), below);
    }

    private byte[] HashOf(uint node, Func<uint, byte[]> hashOfChild, uint[]? except)
    {
        TlsWriter writer = new();
        if (TreeMath.IsLeaf(node))
        {
            uint leaf = TreeMath.LeafOf(node);
            writer.U8(1);
            writer.U32(leaf);
            writer.Optional(except is not null && except.Contains(leaf) ? null : _leaves[leaf], (inner, value) => value.Write(inner));
        }
        else
        {
            ParentNode? parent = Parent(node);
            if (parent is not null && except is not null)
            {
                parent = parent with { UnmergedLeaves = [.. parent.UnmergedLeaves.Except(except)] };
            }

            writer.U8(2);
            writer.Optional(parent, (inner, value) => value.Write(inner));
            writer.Bytes(hashOfChild(TreeMath.Left(node)));
            writer.Bytes(hashOfChild(TreeMath.Right(node)));
        }

        return CipherSuite.Hash(writer.ToArray());
    }
}
