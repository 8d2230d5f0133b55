using XChat.Crypto.Mls.Encoding;

namespace XChat.Crypto.Mls;

/// <summary>An HPKE ciphertext with the key that it was encapsulated to (RFC 9420 section 7.6).</summary>
internal sealed record HpkeCiphertext(byte[] KemOutput, byte[] Ciphertext)
{
    public static HpkeCiphertext Read(ref TlsReader reader) => new(reader.Bytes(), reader.Bytes());

    public void Write(TlsWriter writer)
    {
        writer.Bytes(KemOutput);
        writer.Bytes(Ciphertext);
    }
}
