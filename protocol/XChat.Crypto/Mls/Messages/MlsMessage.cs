using XChat.Crypto.Mls.Encoding;

namespace XChat.Crypto.Mls;

/// <summary>The forms in which MLS structures travel (RFC 9420 section 6).</summary>
internal enum WireFormat : ushort
{
    PublicMessage = 1,
    PrivateMessage = 2,
    Welcome = 3,
    GroupInfo = 4,
    KeyPackage = 5,
}

/// <summary>The outermost structure on the wire (RFC 9420 section 6).</summary>
internal sealed record MlsMessage(WireFormat Format, object Body)
{
    /// <summary>The protocol version, MLS 1.0.</summary>
    public const ushort Version = 1;

    public static MlsMessage Of(object body) => new(
        body switch
        {
            PublicMessage => WireFormat.PublicMessage,
            PrivateMessage => WireFormat.PrivateMessage,
            Welcome => WireFormat.Welcome,
            GroupInfo => WireFormat.GroupInfo,
            _ => WireFormat.KeyPackage,
        },
        body);

    public static MlsMessage Parse(ReadOnlySpan<byte> bytes)
    {
        TlsReader reader = new(bytes);
        MlsMessage message = Read(ref reader);
        reader.End();
        return message;
    }

    /// <summary>Reads a message that something may follow.</summary>
    public static MlsMessage Read(ref TlsReader reader)
    {
        if (reader.U16() != Version)
        {
            throw new MlsException(MlsError.Unsupported, "The message has another protocol version.");
        }

        WireFormat format = (WireFormat)reader.U16();
        object body = format switch
        {
            WireFormat.PublicMessage => PublicMessage.Read(ref reader),
            WireFormat.PrivateMessage => PrivateMessage.Read(ref reader),
            WireFormat.Welcome => Welcome.Read(ref reader),
            WireFormat.GroupInfo => GroupInfo.Read(ref reader),
            WireFormat.KeyPackage => KeyPackage.Read(ref reader),
            _ => throw MlsException.Malformed("wire format"),
        };
        return new MlsMessage(format, body);
    }

    public void Write(TlsWriter writer)
    {
        writer.U16(Version);
        writer.U16((ushort)Format);
        Action<TlsWriter> write = Body switch
        {
            PublicMessage message => message.Write,
            PrivateMessage message => message.Write,
            Welcome message => message.Write,
            GroupInfo message => message.Write,
            KeyPackage message => message.Write,
            _ => throw new InvalidOperationException("Not an MLS structure."),
        };
        write(writer);
    }
}
