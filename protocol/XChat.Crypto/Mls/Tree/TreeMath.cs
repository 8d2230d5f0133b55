using System.Numerics;

namespace XChat.Crypto.Mls.Tree;

/// <summary>Arithmetic on the array form of a perfect binary tree: leaves at even indexes (RFC 9420 appendix C).</summary>
internal static class TreeMath
{
    public static int Level(uint node) => BitOperations.TrailingZeroCount(~node);

    public static bool IsLeaf(uint node) => (node & 1) == 0;

    public static uint NodeOf(uint leaf) => leaf * 2;

    public static uint LeafOf(uint node) => node / 2;

    public static uint NodeCount(uint leaves) => (leaves * 2) - 1;

    public static uint Root(uint leaves) => leaves - 1;

    public static uint Left(uint node) => node ^ (1u << (Level(node) - 1));

    public static uint Right(uint node) => node ^ (3u << (Level(node) - 1));

    public static uint Parent(uint node)
    {
        int level = Level(node);
        return (node | (1u << level)) & ~(2u << level);
    }

    public static uint Sibling(uint node)
    {
        uint parent = Parent(node);
        return node < parent ? Right(parent) : Left(parent);
    }

    /// <summary>The nodes from the parent of <paramref name="node"/> up to the root.</summary>
    public static IEnumerable<uint> DirectPath(uint node, uint leaves)
    {
        uint root = Root(leaves);
        while (node != root)
        {
            node = Parent(node);
            yield return node;
        }
    }

    /// <summary>Whether <paramref name="leafNode"/> lies below <paramref name="node"/>, or is it.</summary>
    public static bool IsBelow(uint leafNode, uint node)
    {
        uint half = (1u << Level(node)) - 1;
        return leafNode >= node - half && leafNode <= node + half;
    }

    /// <summary>The lowest node above both leaves.</summary>
    public static uint CommonAncestor(uint leafNode, uint otherLeafNode)
    {
        uint node = leafNode;
        while (!IsBelow(otherLeafNode, node))
        {
            node = Parent(node);
        }

        return node;
    }
}
