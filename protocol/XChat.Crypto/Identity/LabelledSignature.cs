using System.Text;

using NSec.Cryptography;

namespace XChat.Crypto.Identity;

/// <summary>
/// Ed25519 over a label, a zero byte and the content. No label contains a zero byte, so a signature made under one label never verifies under
/// another; and the first bytes of a label are not those of an MLS SignContent (RFC 9420 section 5.1.2), so one key can serve both.
/// </summary>
internal static class LabelledSignature
{
    public const int Size = 64;

    public static byte[] Sign(Key key, string label, ReadOnlySpan<byte> content) => SignatureAlgorithm.Ed25519.Sign(key, Labelled(label, content));

    public static bool Verify(ReadOnlySpan<byte> publicKey, string label, ReadOnlySpan<byte> content, ReadOnlySpan<byte> signature) =>
        signature.Length == Size
        && PublicKey.TryImport(SignatureAlgorithm.Ed25519, publicKey, KeyBlobFormat.RawPublicKey, out PublicKey? key)
        && key is not null
        && SignatureAlgorithm.Ed25519.Verify(key, Labelled(label, content), signature);

    private static byte[] Labelled(string label, ReadOnlySpan<byte> content) => [.. Encoding.ASCII.GetBytes(label), 0, .. content];
}
