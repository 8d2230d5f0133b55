using XChat.Crypto.Mls.Encoding;

namespace XChat.Crypto.Mls.Tree;

/// <summary>What a leaf supports (RFC 9420 section 7.2).</summary>
internal sealed record Capabilities(
    IReadOnlyList<ushort> Versions,
    IReadOnlyList<ushort> CipherSuites,
    IReadOnlyList<ushort> Extensions,
    IReadOnlyList<ushort> Proposals,
    IReadOnlyList<ushort> Credentials)
{
    /// <summary>What this implementation supports.</summary>
    public static Capabilities Ours { get; } = new([1], [1, 3], [Extension.LastResort, Extension.WelcomeKey], [], [Credential.Basic]);

    public static Capabilities Read(ref TlsReader reader) =>
        new(Numbers(ref reader), Numbers(ref reader), Numbers(ref reader), Numbers(ref reader), Numbers(ref reader));

    public void Write(TlsWriter writer)
    {
        foreach (IReadOnlyList<ushort> numbers in new[] { Versions, CipherSuites, Extensions, Proposals, Credentials })
        {
            writer.Vector(numbers, (inner, number) => inner.U16(number));
        }
    }

    private static List<ushort> Numbers(ref TlsReader reader) => reader.Vector((ref TlsReader inner) => inner.U16());
}
