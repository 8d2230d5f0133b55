using NSec.Cryptography;

using XChat.Crypto.Mls.Encoding;
using XChat.Crypto.Mls.Tree;

namespace XChat.Crypto.Mls;

/// <summary>What a device publishes so that others can add it (RFC 9420 section 10).</summary>
internal sealed record KeyPackage(ushort Suite, byte[] InitKey, LeafNode Leaf, IReadOnlyList<Extension> Extensions, byte[] Signature)
{
    private const string SignatureLabel = "KeyPackageTBS";

    public static KeyPackage Read(ref TlsReader reader)
    {
        if (reader.U16() != MlsMessage.Version)
        {
            throw new MlsException(MlsError.Unsupported, "The key package has another protocol version.");
        }

        return new KeyPackage(reader.U16(), reader.Bytes(), LeafNode.Read(ref reader), Extension.ReadAll(ref reader), reader.Bytes());
    }

    public void Write(TlsWriter writer)
    {
        WriteContent(writer);
        writer.Bytes(Signature);
    }

    /// <summary>The hash of the Welcome key that the package promises; null when it promises none.</summary>
    public byte[]? WelcomeKeyHash() => Extensions.FirstOrDefault(extension => extension.Type == Extension.WelcomeKey)?.Data;

    public byte[] Reference() => CipherSuite.RefHash("MLS 1.0 KeyPackage Reference", TlsWriter.Encode(Write));

    public KeyPackage Sign(Key key) => this with { Signature = CipherSuite.SignWithLabel(key, SignatureLabel, TlsWriter.Encode(WriteContent)) };

    /// <summary>Checks what RFC 9420 section 10.1 asks for, save the lifetime, for which there is no clock here.</summary>
    public void Validate()
    {
        _ = CipherSuite.Of(Suite);
        if (Leaf.Source != LeafNodeSource.KeyPackage || InitKey.AsSpan().SequenceEqual(Leaf.EncryptionKey))
        {
            throw new MlsException(MlsError.Malformed, "The key package's leaf is of the wrong source or repeats the init key.");
        }

        if (!CipherSuite.VerifyWithLabel(Leaf.SignatureKey, SignatureLabel, TlsWriter.Encode(WriteContent), Signature)
            || !Leaf.VerifySignature([], 0))
        {
            throw new MlsException(MlsError.BadSignature, "A key package's signature does not verify.");
        }
    }

    private void WriteContent(TlsWriter writer)
    {
        writer.U16(MlsMessage.Version);
        writer.U16(Suite);
        writer.Bytes(InitKey);
        Leaf.Write(writer);
        Extension.WriteAll(writer, Extensions);
    }
}
