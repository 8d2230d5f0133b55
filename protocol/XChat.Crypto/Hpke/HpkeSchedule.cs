using System.Buffers.Binary;
using System.Security.Cryptography;

namespace XChat.Crypto.Hpke;

/// <summary>What HPKE in base mode makes of a shared secret, whichever key encapsulation it is of (RFC 9180 sections 4 and 5.1), with HKDF-SHA256.</summary>
internal sealed class HpkeSchedule(ushort kem, Aead aead)
{
    /// <summary>Bytes of a hash and of a shared secret.</summary>
    public const int HashSize = 32;

    private readonly byte[] _suiteId = [.. "HPKE"u8, (byte)(kem >> 8), (byte)(kem & 0xFF), 0x00, 0x01, 0x00, (byte)aead.Id];

    public Aead Aead { get; } = aead;

    /// <summary>Encrypts once under a shared secret, which is erased.</summary>
    public byte[] Seal(byte[] sharedSecret, ReadOnlySpan<byte> info, ReadOnlySpan<byte> aad, ReadOnlySpan<byte> plaintext)
    {
        (byte[] key, byte[] nonce, byte[] exporter) = Derive(sharedSecret, info);
        byte[] ciphertext = Aead.Seal(key, nonce, aad, plaintext);
        Erase(sharedSecret, key, exporter);
        return ciphertext;
    }

    /// <summary>Decrypts once under a shared secret, which is erased; null when the ciphertext does not verify.</summary>
    public byte[]? Open(byte[] sharedSecret, ReadOnlySpan<byte> info, ReadOnlySpan<byte> aad, ReadOnlySpan<byte> ciphertext)
    {
        (byte[] key, byte[] nonce, byte[] exporter) = Derive(sharedSecret, info);
        byte[]? plaintext = Aead.Open(key, nonce, aad, ciphertext);
        Erase(sharedSecret, key, exporter);
        return plaintext;
    }

    /// <summary>The exported secret of a context (RFC 9180 section 5.3). The shared secret is erased.</summary>
    public byte[] Export(byte[] sharedSecret, ReadOnlySpan<byte> info, ReadOnlySpan<byte> context, int length)
    {
        (byte[] key, _, byte[] exporter) = Derive(sharedSecret, info);
        byte[] exported = LabeledExpand(_suiteId, exporter, "sec"u8, context, length);
        Erase(sharedSecret, key, exporter);
        return exported;
    }

    internal (byte[] Key, byte[] Nonce, byte[] Exporter) Derive(byte[] sharedSecret, ReadOnlySpan<byte> info)
    {
        byte[] context = [0, .. LabeledExtract(_suiteId, [], "psk_id_hash"u8, []), .. LabeledExtract(_suiteId, [], "info_hash"u8, info)];
        byte[] secret = LabeledExtract(_suiteId, sharedSecret, "secret"u8, []);
        (byte[] Key, byte[] Nonce, byte[] Exporter) derived = (
            LabeledExpand(_suiteId, secret, "key"u8, context, Aead.KeySize),
            LabeledExpand(_suiteId, secret, "base_nonce"u8, context, Aead.NonceSize),
            LabeledExpand(_suiteId, secret, "exp"u8, context, HashSize));
        CryptographicOperations.ZeroMemory(secret);
        return derived;
    }

    internal static byte[] LabeledExtract(ReadOnlySpan<byte> suite, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> label, ReadOnlySpan<byte> ikm)
    {
        byte[] prk = new byte[HashSize];
        byte[] labeled = [.. "HPKE-v1"u8, .. suite, .. label, .. ikm];
        HKDF.Extract(HashAlgorithmName.SHA256, labeled, salt, prk);
        CryptographicOperations.ZeroMemory(labeled);
        return prk;
    }

    internal static byte[] LabeledExpand(ReadOnlySpan<byte> suite, ReadOnlySpan<byte> prk, ReadOnlySpan<byte> label, ReadOnlySpan<byte> info, int length)
    {
        byte[] output = new byte[length];
        Span<byte> size = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(size, checked((ushort)length));
        byte[] labeled = [.. size, .. "HPKE-v1"u8, .. suite, .. label, .. info];
        HKDF.Expand(HashAlgorithmName.SHA256, prk, output, labeled);
        return output;
    }

    private static void Erase(params ReadOnlySpan<byte[]> secrets)
    {
        foreach (byte[] secret in secrets)
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }
}
