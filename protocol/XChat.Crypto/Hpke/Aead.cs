using System.Security.Cryptography;

using NSec.Cryptography;

namespace XChat.Crypto.Hpke;

/// <summary>The two authenticated ciphers: AES-128-GCM of the base class library (NSec has none) and ChaCha20-Poly1305 of NSec. Tags are 16 bytes.</summary>
internal sealed class Aead
{
    /// <summary>Bytes of a nonce.</summary>
    public const int NonceSize = 12;

    /// <summary>Bytes of a tag.</summary>
    public const int TagSize = 16;

    public static Aead Aes128Gcm { get; } = new(id: 1, keySize: 16);

    public static Aead ChaCha20Poly1305 { get; } = new(id: 3, keySize: 32);

    private Aead(ushort id, int keySize) => (Id, KeySize) = (id, keySize);

    /// <summary>The HPKE identifier (RFC 9180 section 7.3).</summary>
    public ushort Id { get; }

    public int KeySize { get; }

    public byte[] Seal(ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> aad, ReadOnlySpan<byte> plaintext)
    {
        byte[] output = new byte[plaintext.Length + TagSize];
        if (Id == 1)
        {
            using AesGcm aes = new(key, TagSize);
            aes.Encrypt(nonce, plaintext, output.AsSpan(0, plaintext.Length), output.AsSpan(plaintext.Length), aad);
            return output;
        }

        using Key imported = Key.Import(AeadAlgorithm.ChaCha20Poly1305, key, KeyBlobFormat.RawSymmetricKey);
        AeadAlgorithm.ChaCha20Poly1305.Encrypt(imported, nonce, aad, plaintext, output);
        return output;
    }

    /// <summary>The plaintext, or null when the ciphertext does not verify.</summary>
    public byte[]? Open(ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> aad, ReadOnlySpan<byte> ciphertext)
    {
        if (ciphertext.Length < TagSize)
        {
            return null;
        }

        byte[] output = new byte[ciphertext.Length - TagSize];
        if (Id == 1)
        {
            using AesGcm aes = new(key, TagSize);
            try
            {
                aes.Decrypt(nonce, ciphertext[..output.Length], ciphertext[output.Length..], output, aad);
                return output;
            }
            catch (AuthenticationTagMismatchException)
            {
                // Expected for hostile bytes; the base class library has no call that answers with a value.
                return null;
            }
        }

        using Key imported = Key.Import(AeadAlgorithm.ChaCha20Poly1305, key, KeyBlobFormat.RawSymmetricKey);
        return AeadAlgorithm.ChaCha20Poly1305.Decrypt(imported, nonce, aad, ciphertext, output) ? output : null;
    }
}
