using System.Buffers.Binary;
using System.Security.Cryptography;

namespace XChat.Crypto.Hpke;

/// <summary>
/// HPKE in base mode, single shot: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256 and one of the two ciphers (RFC 9180 sections 4 to 6).
/// </summary>
internal sealed class HpkeSuite(Aead aead)
{
    private const int HashSize = 32;
    private static readonly byte[] KemSuiteId = [.. "KEM"u8, 0x00, 0x20];

    private readonly byte[] _suiteId = [.. "HPKE"u8, 0x00, 0x20, 0x00, 0x01, 0x00, (byte)aead.Id];

    public Aead Aead { get; } = aead;

    /// <summary>Derives a key pair from a secret (RFC 9180 section 7.1.3).</summary>
    public static (byte[] Private, byte[] Public) DeriveKeyPair(ReadOnlySpan<byte> ikm)
    {
        byte[] prk = LabeledExtract(KemSuiteId, [], "dkp_prk"u8, ikm);
        byte[] secret = LabeledExpand(KemSuiteId, prk, "sk"u8, [], DiffieHellman.Size);
        return (secret, DiffieHellman.PublicOf(secret));
    }

    /// <summary>Encrypts to a public key; null when that key is malformed or of low order.</summary>
    public (byte[] Encapsulated, byte[] Ciphertext)? Seal(
        ReadOnlySpan<byte> recipient, ReadOnlySpan<byte> info, ReadOnlySpan<byte> aad, ReadOnlySpan<byte> plaintext)
    {
        (byte[] secret, byte[] encapsulated) = DiffieHellman.Generate();
        byte[]? shared = DiffieHellman.Agree(secret, recipient);
        CryptographicOperations.ZeroMemory(secret);
        if (shared is null)
        {
            return null;
        }

        (byte[] key, byte[] nonce, _) = KeySchedule(SharedSecret(shared, encapsulated, recipient), info);
        return (encapsulated, Aead.Seal(key, nonce, aad, plaintext));
    }

    /// <summary>Decrypts; null when anything does not fit.</summary>
    public byte[]? Open(
        ReadOnlySpan<byte> encapsulated, ReadOnlySpan<byte> recipientPrivate, ReadOnlySpan<byte> info, ReadOnlySpan<byte> aad, ReadOnlySpan<byte> ciphertext)
    {
        byte[]? shared = DiffieHellman.Agree(recipientPrivate, encapsulated);
        if (shared is null)
        {
            return null;
        }

        (byte[] key, byte[] nonce, _) = KeySchedule(SharedSecret(shared, encapsulated, DiffieHellman.PublicOf(recipientPrivate)), info);
        return Aead.Open(key, nonce, aad, ciphertext);
    }

    /// <summary>The receiver's export of a secret from an encapsulated key (RFC 9180 section 5.3); MLS external commits use it.</summary>
    public byte[]? ReceiveExport(
        ReadOnlySpan<byte> encapsulated, ReadOnlySpan<byte> recipientPrivate, ReadOnlySpan<byte> info, ReadOnlySpan<byte> context, int length)
    {
        byte[]? shared = DiffieHellman.Agree(recipientPrivate, encapsulated);
        if (shared is null)
        {
            return null;
        }

        (_, _, byte[] exporter) = KeySchedule(SharedSecret(shared, encapsulated, DiffieHellman.PublicOf(recipientPrivate)), info);
        return LabeledExpand(_suiteId, exporter, "sec"u8, context, length);
    }

    internal (byte[] Key, byte[] Nonce, byte[] Exporter) KeySchedule(byte[] sharedSecret, ReadOnlySpan<byte> info)
    {
        byte[] context = [0, .. LabeledExtract(_suiteId, [], "psk_id_hash"u8, []), .. LabeledExtract(_suiteId, [], "info_hash"u8, info)];
        byte[] secret = LabeledExtract(_suiteId, sharedSecret, "secret"u8, []);
        return (
            LabeledExpand(_suiteId, secret, "key"u8, context, Aead.KeySize),
            LabeledExpand(_suiteId, secret, "base_nonce"u8, context, Aead.NonceSize),
            LabeledExpand(_suiteId, secret, "exp"u8, context, HashSize));
    }

    internal static byte[] SharedSecret(ReadOnlySpan<byte> agreed, ReadOnlySpan<byte> encapsulated, ReadOnlySpan<byte> recipient)
    {
        byte[] prk = LabeledExtract(KemSuiteId, [], "eae_prk"u8, agreed);
        return LabeledExpand(KemSuiteId, prk, "shared_secret"u8, [.. encapsulated, .. recipient], HashSize);
    }

    private static byte[] LabeledExtract(ReadOnlySpan<byte> suite, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> label, ReadOnlySpan<byte> ikm)
    {
        byte[] prk = new byte[HashSize];
        byte[] labeled = [.. "HPKE-v1"u8, .. suite, .. label, .. ikm];
        HKDF.Extract(HashAlgorithmName.SHA256, labeled, salt, prk);
        CryptographicOperations.ZeroMemory(labeled);
        return prk;
    }

    private static byte[] LabeledExpand(ReadOnlySpan<byte> suite, ReadOnlySpan<byte> prk, ReadOnlySpan<byte> label, ReadOnlySpan<byte> info, int length)
    {
        byte[] output = new byte[length];
        Span<byte> size = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(size, checked((ushort)length));
        byte[] labeled = [.. size, .. "HPKE-v1"u8, .. suite, .. label, .. info];
        HKDF.Expand(HashAlgorithmName.SHA256, prk, output, labeled);
        return output;
    }
}
