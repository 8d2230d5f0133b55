using XChat.Crypto.Mls.Encoding;

namespace XChat.Crypto.Mls.Tree;

/// <summary>A new key for one node of a path, with its secret encrypted to everyone below the sibling (RFC 9420 section 7.6).</summary>
internal sealed record UpdatePathNode(byte[] EncryptionKey, IReadOnlyList<HpkeCiphertext> EncryptedPathSecrets)
{
    public static UpdatePathNode Read(ref TlsReader reader) => new(reader.Bytes(), reader.Vector(HpkeCiphertext.Read));

    public void Write(TlsWriter writer)
    {
        writer.Bytes(EncryptionKey);
        writer.Vector(EncryptedPathSecrets, (inner, ciphertext) => ciphertext.Write(inner));
    }
}

/// <summary>New keys from a committer's leaf to the root (RFC 9420 section 7.6).</summary>
internal sealed record UpdatePath(LeafNode Leaf, IReadOnlyList<UpdatePathNode> Nodes)
{
    public static UpdatePath Read(ref TlsReader reader) => new(LeafNode.Read(ref reader), reader.Vector(UpdatePathNode.Read));

    public void Write(TlsWriter writer)
    {
        Leaf.Write(writer);
        writer.Vector(Nodes, (inner, node) => node.Write(inner));
    }
}
