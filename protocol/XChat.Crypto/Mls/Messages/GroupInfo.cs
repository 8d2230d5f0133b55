using NSec.Cryptography;

using XChat.Crypto.Mls.Encoding;
using XChat.Crypto.Mls.Tree;

namespace XChat.Crypto.Mls;

/// <summary>A signed description of a group at one epoch (RFC 9420 section 12.4.3).</summary>
internal sealed record GroupInfo(GroupContext Context, IReadOnlyList<Extension> Extensions, byte[] ConfirmationTag, uint Signer, byte[] Signature)
{
    private const string SignatureLabel = "GroupInfoTBS";

    public static GroupInfo Read(ref TlsReader reader) =>
        new(GroupContext.Read(ref reader), Extension.ReadAll(ref reader), reader.Bytes(), reader.U32(), reader.Bytes());

    public static GroupInfo Parse(ReadOnlySpan<byte> bytes)
    {
        TlsReader reader = new(bytes);
        GroupInfo info = Read(ref reader);
        reader.End();
        return info;
    }

    public void Write(TlsWriter writer)
    {
        WriteContent(writer);
        writer.Bytes(Signature);
    }

    public GroupInfo Sign(Key key) => this with { Signature = CipherSuite.SignWithLabel(key, SignatureLabel, TlsWriter.Encode(WriteContent)) };

    public bool Verify(ReadOnlySpan<byte> signatureKey) =>
        CipherSuite.VerifyWithLabel(signatureKey, SignatureLabel, TlsWriter.Encode(WriteContent), Signature);

    private void WriteContent(TlsWriter writer)
    {
        Context.Write(writer);
        Extension.WriteAll(writer, Extensions);
        writer.Bytes(ConfirmationTag);
        writer.U32(Signer);
    }
}
