using XChat.Crypto.Mls.Encoding;

namespace XChat.Crypto.Mls;

/// <summary>Names a pre-shared key: external (type 1) by <c>Id</c>, or of a former epoch (type 2) by group and epoch (RFC 9420 section 8.4).</summary>
internal sealed record PreSharedKeyId(byte Type, byte Usage, byte[] Id, ulong Epoch, byte[] Nonce)
{
    public const byte External = 1;
    public const byte Resumption = 2;

    public static PreSharedKeyId Read(ref TlsReader reader)
    {
        byte type = reader.U8();
        return type switch
        {
            External => new PreSharedKeyId(type, 0, reader.Bytes(), 0, reader.Bytes()),
            Resumption => new PreSharedKeyId(type, reader.U8(), reader.Bytes(), reader.U64(), reader.Bytes()),
            _ => throw MlsException.Malformed("pre-shared key id"),
        };
    }

    public void Write(TlsWriter writer)
    {
        writer.U8(Type);
        if (Type == Resumption)
        {
            writer.U8(Usage);
        }

        writer.Bytes(Id);
        if (Type == Resumption)
        {
            writer.U64(Epoch);
        }

        writer.Bytes(Nonce);
    }
}
