using XChat.Crypto.Mls.Encoding;

namespace XChat.Crypto.Mls.Tree;

/// <summary>An inner node: a key whose private half is known to the members below, save the unmerged (RFC 9420 section 7.1).</summary>
internal sealed record ParentNode(byte[] EncryptionKey, byte[] ParentHash, IReadOnlyList<uint> UnmergedLeaves)
{
    public static ParentNode Read(ref TlsReader reader)
    {
        ParentNode node = new(reader.Bytes(), reader.Bytes(), reader.Vector((ref TlsReader inner) => inner.U32()));
        for (int i = 1; i < node.UnmergedLeaves.Count; i++)
        {
            if (node.UnmergedLeaves[i] <= node.UnmergedLeaves[i - 1])
            {
                throw MlsException.Malformed("parent node: unmerged leaves are not in order");
            }
        }

        return node;
    }

    public void Write(TlsWriter writer)
    {
        writer.Bytes(EncryptionKey);
        writer.Bytes(ParentHash);
        writer.Vector(UnmergedLeaves, (inner, leaf) => inner.U32(leaf));
    }
}
