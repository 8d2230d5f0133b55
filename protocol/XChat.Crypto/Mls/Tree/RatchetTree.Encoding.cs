using System.Numerics;

using XChat.Crypto.Mls.Encoding;

namespace XChat.Crypto.Mls.Tree;

/// <summary>The ratchet_tree extension: every node from left to right, without blank ones at the end (RFC 9420 section 12.4.3.3).</summary>
internal sealed partial class RatchetTree
{
    private const int MostLeaves = 1 << 16;

    public static RatchetTree Read(ReadOnlySpan<byte> bytes)
    {
        TlsReader reader = new(bytes);
        RatchetTree tree = Read(ref reader);
        reader.End();
        return tree;
    }

    public static RatchetTree Read(ref TlsReader reader)
    {
        List<object?> nodes = reader.Vector(ReadNode);
        if (nodes.Count == 0 || nodes[^1] is null || nodes.Count > (MostLeaves * 2) - 1)
        {
            throw new MlsException(MlsError.BadTree, "The ratchet tree is empty, ends with a blank node or is too large.");
        }

        uint leaves = BitOperations.RoundUpToPowerOf2(((uint)nodes.Count / 2) + 1);
        RatchetTree tree = new(new LeafNode?[leaves], new ParentNode?[leaves - 1], new byte[]?[TreeMath.NodeCount(leaves)]);
        for (int i = 0; i < nodes.Count; i++)
        {
            switch (nodes[i])
            {
                case LeafNode leaf when i % 2 == 0:
                    tree._leaves[i / 2] = leaf;
                    break;
                case ParentNode parent when i % 2 == 1:
                    tree._parents[i / 2] = parent;
                    break;
                case null:
                    break;
                default:
                    throw new MlsException(MlsError.BadTree, "The ratchet tree has a node of the wrong kind.");
            }
        }

        return tree;
    }

    public void Write(TlsWriter writer)
    {
        uint count = NodeCount;
        while (IsBlank(count - 1))
        {
            count--;
        }

        writer.Vector(inner =>
        {
            for (uint node = 0; node < count; node++)
            {
                WriteNode(inner, node);
            }
        });
    }

    private static object? ReadNode(ref TlsReader reader)
    {
        if (!reader.Present())
        {
            return null;
        }

        return reader.U8() switch
        {
            1 => LeafNode.Read(ref reader),
            2 => ParentNode.Read(ref reader),
            _ => throw MlsException.Malformed("tree node type"),
        };
    }

    private void WriteNode(TlsWriter writer, uint node)
    {
        if (IsBlank(node))
        {
            writer.U8(0);
            return;
        }

        writer.U8(1);
        if (TreeMath.IsLeaf(node))
        {
            writer.U8(1);
            _leaves[TreeMath.LeafOf(node)]!.Write(writer);
        }
        else
        {
            writer.U8(2);
            Parent(node)!.Write(writer);
        }
    }
}
