using XChat.Crypto.Sodium;

namespace XChat.Crypto.Hpke;

/// <summary>
/// The hybrid key encapsulation X-Wing (draft-connolly-cfrg-xwing-kem): safe as long as either X25519 or ML-KEM-768 is. A key is its 32-byte seed.
/// </summary>
public static class XWing
{
    /// <summary>Bytes of a private key (a seed) and of a shared secret.</summary>
    public const int SecretSize = 32;

    /// <summary>Bytes of a public key.</summary>
    public const int PublicKeySize = 1216;

    /// <summary>Bytes of a ciphertext.</summary>
    public const int CiphertextSize = 1120;

    internal const int EncapsulationSeedSize = 64;

    /// <summary>The public key of a seed.</summary>
    /// <exception cref="ArgumentException">The seed is not 32 bytes.</exception>
    public static byte[] PublicKeyOf(ReadOnlySpan<byte> seed)
    {
        CheckSeed(seed);
        byte[] publicKey = new byte[PublicKeySize];
        Span<byte> secretKey = stackalloc byte[SecretSize];
        _ = Libsodium.XWingKeyPair(publicKey, secretKey, seed);
        System.Security.Cryptography.CryptographicOperations.ZeroMemory(secretKey);
        return publicKey;
    }

    /// <summary>A fresh shared secret and its encapsulation to a public key; null when the key is malformed.</summary>
    public static (byte[] Ciphertext, byte[] Shared)? Encapsulate(ReadOnlySpan<byte> publicKey)
    {
        (byte[] ciphertext, byte[] shared) = (new byte[CiphertextSize], new byte[SecretSize]);
        return publicKey.Length == PublicKeySize && Libsodium.XWingEncapsulate(ciphertext, shared, publicKey) == 0 ? (ciphertext, shared) : null;
    }

    /// <summary>
    /// The shared secret; null when the ciphertext has the wrong length. A changed ciphertext gives another secret, not an error: what it opens
    /// has to be authenticated.
    /// </summary>
    /// <exception cref="ArgumentException">The seed is not 32 bytes.</exception>
    public static byte[]? Decapsulate(ReadOnlySpan<byte> ciphertext, ReadOnlySpan<byte> seed)
    {
        CheckSeed(seed);
        byte[] shared = new byte[SecretSize];
        return ciphertext.Length == CiphertextSize && Libsodium.XWingDecapsulate(shared, ciphertext, seed) == 0 ? shared : null;
    }

    internal static (byte[] Ciphertext, byte[] Shared) EncapsulateFrom(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> seed)
    {
        (byte[] ciphertext, byte[] shared) = (new byte[CiphertextSize], new byte[SecretSize]);
        _ = Libsodium.XWingEncapsulate(ciphertext, shared, publicKey, seed);
        return (ciphertext, shared);
    }

    private static void CheckSeed(ReadOnlySpan<byte> seed)
    {
        if (seed.Length != SecretSize)
        {
            throw new ArgumentException($"A seed has {SecretSize} bytes.", nameof(seed));
        }
    }
}
