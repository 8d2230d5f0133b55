using System.Security.Cryptography;

using NSec.Cryptography;

namespace XChat.Crypto.Hpke;

/// <summary>X25519 key pairs as raw bytes (RFC 7748).</summary>
internal static class DiffieHellman
{
    /// <summary>Bytes of a private key, a public key and a shared secret.</summary>
    public const int Size = 32;

    public static (byte[] Private, byte[] Public) Generate()
    {
        byte[] secret = RandomNumberGenerator.GetBytes(Size);
        return (secret, PublicOf(secret));
    }

    public static byte[] PublicOf(ReadOnlySpan<byte> secret)
    {
        using Key key = Key.Import(KeyAgreementAlgorithm.X25519, secret, KeyBlobFormat.RawPrivateKey);
        return key.PublicKey.Export(KeyBlobFormat.RawPublicKey);
    }

    /// <summary>The shared secret, or null when the public key is malformed or of low order.</summary>
    public static byte[]? Agree(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> peer)
    {
        if (secret.Length != Size
            || !PublicKey.TryImport(KeyAgreementAlgorithm.X25519, peer, KeyBlobFormat.RawPublicKey, out PublicKey? publicKey)
            || publicKey is null)
        {
            return null;
        }

        using Key key = Key.Import(KeyAgreementAlgorithm.X25519, secret, KeyBlobFormat.RawPrivateKey);
        SharedSecretCreationParameters exportable = new() { ExportPolicy = KeyExportPolicies.AllowPlaintextExport };
        using SharedSecret? shared = KeyAgreementAlgorithm.X25519.Agree(key, publicKey, exportable);
        return shared?.Export(SharedSecretBlobFormat.RawSharedSecret);
    }
}
