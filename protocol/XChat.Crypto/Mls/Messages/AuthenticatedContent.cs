using NSec.Cryptography;

using XChat.Crypto.Mls.Encoding;

namespace XChat.Crypto.Mls;

/// <summary>Content with its signature and, for a commit, its confirmation tag (RFC 9420 section 6.1).</summary>
internal sealed record AuthenticatedContent(WireFormat Format, FramedContent Content, byte[] Signature, byte[] ConfirmationTag)
{
    private const string SignatureLabel = "FramedContentTBS";

    public static AuthenticatedContent Sign(WireFormat format, FramedContent content, GroupContext context, Key key) =>
        new(format, content, CipherSuite.SignWithLabel(key, SignatureLabel, ToBeSigned(format, content, context)), []);

    /// <summary>The structure on its own, as the transcript-hash vectors carry it.</summary>
    public static AuthenticatedContent Read(ref TlsReader reader)
    {
        WireFormat format = (WireFormat)reader.U16();
        FramedContent content = FramedContent.Read(ref reader);
        return new AuthenticatedContent(format, content, reader.Bytes(), content.Type == ContentType.Commit ? reader.Bytes() : []);
    }

    public void Write(TlsWriter writer)
    {
        writer.U16((ushort)Format);
        Content.Write(writer);
        WriteAuthentication(writer);
    }

    public void WriteAuthentication(TlsWriter writer)
    {
        writer.Bytes(Signature);
        if (Content.Type == ContentType.Commit)
        {
            writer.Bytes(ConfirmationTag);
        }
    }

    public bool Verify(ReadOnlySpan<byte> signatureKey, GroupContext context) =>
        CipherSuite.VerifyWithLabel(signatureKey, SignatureLabel, ToBeSigned(Format, Content, context), Signature);

    /// <summary>The tag with which a member proves to be one on a PublicMessage (RFC 9420 section 6.2).</summary>
    public byte[] MembershipTag(ReadOnlySpan<byte> membershipKey, GroupContext context)
    {
        TlsWriter writer = new();
        writer.Raw(ToBeSigned(Format, Content, context));
        WriteAuthentication(writer);
        return CipherSuite.Mac(membershipKey, writer.ToArray());
    }

    /// <summary>What the confirmed transcript hash takes in (RFC 9420 section 8.2).</summary>
    public byte[] ConfirmedTranscriptInput() => TlsWriter.Encode(writer =>
    {
        writer.U16((ushort)Format);
        Content.Write(writer);
        writer.Bytes(Signature);
    });

    public byte[] ProposalReference() => CipherSuite.RefHash("MLS 1.0 Proposal Reference", TlsWriter.Encode(Write));

    private static byte[] ToBeSigned(WireFormat format, FramedContent content, GroupContext context) => TlsWriter.Encode(writer =>
    {
        writer.U16(MlsMessage.Version);
        writer.U16((ushort)format);
        content.Write(writer);
        if (content.Sender.Type is SenderType.Member or SenderType.NewMemberCommit)
        {
            context.Write(writer);
        }
    });
}
