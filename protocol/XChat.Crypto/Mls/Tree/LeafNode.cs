using NSec.Cryptography;

using XChat.Crypto.Mls.Encoding;

namespace XChat.Crypto.Mls.Tree;

/// <summary>Where a leaf node comes from (RFC 9420 section 7.2).</summary>
internal enum LeafNodeSource : byte
{
    KeyPackage = 1,
    Update = 2,
    Commit = 3,
}

/// <summary>A member's leaf: its keys, identity and capabilities, signed by itself (RFC 9420 section 7.2).</summary>
internal sealed record LeafNode(
    byte[] EncryptionKey,
    byte[] SignatureKey,
    Credential Credential,
    Capabilities Capabilities,
    LeafNodeSource Source,
    ulong NotBefore,
    ulong NotAfter,
    byte[] ParentHash,
    IReadOnlyList<Extension> Extensions,
    byte[] Signature)
{
    private const string SignatureLabel = "LeafNodeTBS";

    public static LeafNode Read(ref TlsReader reader)
    {
        byte[] encryptionKey = reader.Bytes();
        byte[] signatureKey = reader.Bytes();
        Credential credential = Credential.Read(ref reader);
        Capabilities capabilities = Capabilities.Read(ref reader);
        LeafNodeSource source = (LeafNodeSource)reader.U8();
        (ulong notBefore, ulong notAfter, byte[] parentHash) = source switch
        {
            LeafNodeSource.KeyPackage => (reader.U64(), reader.U64(), []),
            LeafNodeSource.Update => (0UL, 0UL, []),
            LeafNodeSource.Commit => (0UL, 0UL, reader.Bytes()),
            _ => throw MlsException.Malformed("leaf node source"),
        };
        List<Extension> extensions = Extension.ReadAll(ref reader);
        return new LeafNode(
            encryptionKey, signatureKey, credential, capabilities, source, notBefore, notAfter, parentHash, extensions, reader.Bytes());
    }

    public void Write(TlsWriter writer)
    {
        WriteContent(writer);
        writer.Bytes(Signature);
    }

    /// <summary>The same leaf signed anew. Group id and leaf index are part of what is signed unless the leaf is of a key package.</summary>
    public LeafNode Sign(Key key, ReadOnlySpan<byte> groupId, uint leaf) =>
        this with { Signature = CipherSuite.SignWithLabel(key, SignatureLabel, ToBeSigned(groupId, leaf)) };

    public bool VerifySignature(ReadOnlySpan<byte> groupId, uint leaf) =>
        CipherSuite.VerifyWithLabel(SignatureKey, SignatureLabel, ToBeSigned(groupId, leaf), Signature);

    private byte[] ToBeSigned(ReadOnlySpan<byte> groupId, uint leaf)
    {
        TlsWriter writer = new();
        WriteContent(writer);
        if (Source != LeafNodeSource.KeyPackage)
        {
            writer.Bytes(groupId);
            writer.U32(leaf);
        }

        return writer.ToArray();
    }

    private void WriteContent(TlsWriter writer)
    {
        writer.Bytes(EncryptionKey);
        writer.Bytes(SignatureKey);
        Credential.Write(writer);
        Capabilities.Write(writer);
        writer.U8((byte)Source);
        switch (Source)
        {
            case LeafNodeSource.KeyPackage:
                writer.U64(NotBefore);
                writer.U64(NotAfter);
                break;
            case LeafNodeSource.Commit:
                writer.Bytes(ParentHash);
                break;
            default:
                break;
        }

        Extension.WriteAll(writer, Extensions);
    }
}
