using XChat.Crypto.Mls.Encoding;

namespace XChat.Crypto.Mls.Tree;

/// <summary>A credential (RFC 9420 section 5.3). <c>Data</c> is the identity of a basic one, the certificate chain of an X.509 one.</summary>
internal sealed record Credential(ushort Type, byte[] Data)
{
    public const ushort Basic = 1;

    public static Credential Read(ref TlsReader reader)
    {
        ushort type = reader.U16();
        return type is 1 or 2
            ? new Credential(type, reader.Bytes())
            : throw new MlsException(MlsError.Unsupported, $"Credential type {type} is not supported.");
    }

    public void Write(TlsWriter writer)
    {
        writer.U16(Type);
        writer.Bytes(Data);
    }
}
