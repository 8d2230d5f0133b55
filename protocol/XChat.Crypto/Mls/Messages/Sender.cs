using XChat.Crypto.Mls.Encoding;

namespace XChat.Crypto.Mls;

internal enum SenderType : byte
{
    Member = 1,
    External = 2,
    NewMemberProposal = 3,
    NewMemberCommit = 4,
}

/// <summary>Who sent a message (RFC 9420 section 6). <c>Index</c> is the leaf of a member.</summary>
internal readonly record struct Sender(SenderType Type, uint Index)
{
    public static Sender Member(uint leaf) => new(SenderType.Member, leaf);

    public static Sender Read(ref TlsReader reader)
    {
        SenderType type = (SenderType)reader.U8();
        return type switch
        {
            SenderType.Member or SenderType.External => new Sender(type, reader.U32()),
            SenderType.NewMemberProposal or SenderType.NewMemberCommit => new Sender(type, 0),
            _ => throw MlsException.Malformed("sender"),
        };
    }

    public void Write(TlsWriter writer)
    {
        writer.U8((byte)Type);
        if (Type is SenderType.Member or SenderType.External)
        {
            writer.U32(Index);
        }
    }
}
