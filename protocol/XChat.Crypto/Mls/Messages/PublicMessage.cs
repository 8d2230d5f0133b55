using XChat.Crypto.Mls.Encoding;

namespace XChat.Crypto.Mls;

/// <summary>A message that is signed but not encrypted, so that the delivery service can read it (RFC 9420 section 6.2).</summary>
internal sealed record PublicMessage(FramedContent Content, byte[] Signature, byte[] ConfirmationTag, byte[] MembershipTag)
{
    public static PublicMessage Read(ref TlsReader reader)
    {
        FramedContent content = FramedContent.Read(ref reader);
        byte[] signature = reader.Bytes();
        byte[] confirmationTag = content.Type == ContentType.Commit ? reader.Bytes() : [];
        return new PublicMessage(content, signature, confirmationTag, content.Sender.Type == SenderType.Member ? reader.Bytes() : []);
    }

    public static PublicMessage Protect(AuthenticatedContent content, ReadOnlySpan<byte> membershipKey, GroupContext context) =>
        new(content.Content, content.Signature, content.ConfirmationTag, content.MembershipTag(membershipKey, context));

    public AuthenticatedContent Unprotect(ReadOnlySpan<byte> membershipKey, GroupContext context)
    {
        AuthenticatedContent content = new(WireFormat.PublicMessage, Content, Signature, ConfirmationTag);
        if (Content.Type == ContentType.Application)
        {
            throw MlsException.Malformed("public message: application data must be encrypted");
        }

        return Content.Sender.Type != SenderType.Member || CipherSuite.MacEquals(content.MembershipTag(membershipKey, context), MembershipTag)
            ? content
            : throw new MlsException(MlsError.BadSignature, "The membership tag does not verify.");
    }

    public void Write(TlsWriter writer)
    {
        Content.Write(writer);
        writer.Bytes(Signature);
        if (Content.Type == ContentType.Commit)
        {
            writer.Bytes(ConfirmationTag);
        }

        if (Content.Sender.Type == SenderType.Member)
        {
            writer.Bytes(MembershipTag);
        }
    }
}
