using XChat.Crypto.Mls.Encoding;

namespace XChat.Crypto.Mls;

internal enum ContentType : byte
{
    Application = 1,
    Proposal = 2,
    Commit = 3,
}

/// <summary>What a member says, with its address (RFC 9420 section 6). <c>Body</c> is a byte[], a <see cref="Proposal"/> or a <see cref="Commit"/>.</summary>
internal sealed record FramedContent(byte[] GroupId, ulong Epoch, Sender Sender, byte[] AuthenticatedData, ContentType Type, object Body)
{
    public static FramedContent Read(ref TlsReader reader)
    {
        byte[] groupId = reader.Bytes();
        ulong epoch = reader.U64();
        Sender sender = Sender.Read(ref reader);
        byte[] authenticatedData = reader.Bytes();
        ContentType type = ReadType(ref reader);
        return new FramedContent(groupId, epoch, sender, authenticatedData, type, ReadBody(ref reader, type));
    }

    public static ContentType ReadType(ref TlsReader reader)
    {
        ContentType type = (ContentType)reader.U8();
        return type is >= ContentType.Application and <= ContentType.Commit ? type : throw MlsException.Malformed("content type");
    }

    public static object ReadBody(ref TlsReader reader, ContentType type) => type switch
    {
        ContentType.Application => reader.Bytes(),
        ContentType.Proposal => Proposal.Read(ref reader),
        _ => Commit.Read(ref reader),
    };

    public void Write(TlsWriter writer)
    {
        writer.Bytes(GroupId);
        writer.U64(Epoch);
        Sender.Write(writer);
        writer.Bytes(AuthenticatedData);
        writer.U8((byte)Type);
        WriteBody(writer);
    }

    public void WriteBody(TlsWriter writer)
    {
        switch (Body)
        {
            case byte[] data:
                writer.Bytes(data);
                break;
            case Proposal proposal:
                proposal.Write(writer);
                break;
            case Commit commit:
                commit.Write(writer);
                break;
            default:
                throw new InvalidOperationException("Not framed content.");
        }
    }
}
