using XChat.Crypto.Mls.Encoding;

namespace XChat.Crypto.Mls.Tree;

/// <summary>An extension of a leaf, key package, group context or group info (RFC 9420 section 13).</summary>
internal sealed record Extension(ushort Type, byte[] Data)
{
    public const ushort RatchetTree = 2;
    public const ushort RequiredCapabilities = 3;
    public const ushort ExternalPub = 4;

    /// <summary>Marks a last-resort key package (draft-ietf-mls-extensions).</summary>
    public const ushort LastResort = 10;

    /// <summary>
    /// In a key package: the hash of the Welcome key that is published with it (<see cref="WelcomeSeal"/>). Of the range for private use (RFC 9420 section
    /// 17.3); implementations that do not know it pass it over.
    /// </summary>
    public const ushort WelcomeKey = 0xF0A1;

    public static Extension Read(ref TlsReader reader) => new(reader.U16(), reader.Bytes());

    public static List<Extension> ReadAll(ref TlsReader reader) => reader.Vector(Read);

    public static void WriteAll(TlsWriter writer, IReadOnlyList<Extension> extensions) =>
        writer.Vector(extensions, (inner, extension) =>
        {
            inner.U16(extension.Type);
            inner.Bytes(extension.Data);
        });
}
