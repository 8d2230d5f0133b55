using System.Security.Cryptography;
using System.Text;

using NSec.Cryptography;

using XChat.Crypto.Hpke;

namespace XChat.Crypto.Recovery;

/// <summary>
/// The keys of a realm, all derived from one 32-byte seed that its operator keeps outside of the database: the key that clients encrypt their calls
/// to, and the key under which records are stored. Disposing erases them.
/// </summary>
public sealed class RealmKeys : IDisposable
{
    /// <summary>Bytes of the seed.</summary>
    public const int SeedSize = 32;

    private static readonly AeadAlgorithm Records = AeadAlgorithm.XChaCha20Poly1305;

    private readonly byte[] _private;
    private readonly Key _recordKey;

    private RealmKeys(ReadOnlySpan<byte> seed)
    {
        byte[] ikm = Derive(seed, "XChat 1.0 realm call key");
        byte[] record = Derive(seed, "XChat 1.0 realm record key");
        (_private, PublicKey) = HpkeSuite.DeriveKeyPair(ikm);
        _recordKey = Key.Import(Records, record, KeyBlobFormat.RawSymmetricKey);
        CryptographicOperations.ZeroMemory(ikm);
        CryptographicOperations.ZeroMemory(record);
        Realm = IdOf(PublicKey);
    }

    /// <summary>The realm's identifier: it follows from the key, so nobody can take it over.</summary>
    public Guid Realm { get; }

    /// <summary>What clients pin and encrypt to, 32 bytes (X25519).</summary>
    public byte[] PublicKey { get; }

    /// <summary>The keys of a seed; the bytes are not kept.</summary>
    /// <exception cref="ArgumentException">Not 32 bytes.</exception>
    public static RealmKeys FromSeed(ReadOnlySpan<byte> seed) => seed.Length == SeedSize
        ? new RealmKeys(seed)
        : throw new ArgumentException($"The seed of a realm has {SeedSize} bytes, not {seed.Length}.", nameof(seed));

    /// <summary>The identifier of the realm that has a public key: the first 16 bytes of its SHA-256.</summary>
    public static Guid IdOf(ReadOnlySpan<byte> publicKey) => new(SHA256.HashData(publicKey).AsSpan(0, 16), bigEndian: true);

    /// <summary>Reads a client's call; null when it was not made for this realm and operation.</summary>
    public RealmCall? Open(string operation, ReadOnlySpan<byte> request) => RealmCall.Open(_private, Realm, operation, request);

    /// <summary>Encrypts what is stored of a record. <paramref name="place"/> names the row, so that no value can be moved to another.</summary>
    public byte[] SealRecord(ReadOnlySpan<byte> place, ReadOnlySpan<byte> value)
    {
        byte[] result = new byte[Records.NonceSize + value.Length + Records.TagSize];
        Span<byte> nonce = result.AsSpan(0, Records.NonceSize);
        RandomNumberGenerator.Fill(nonce);
        Records.Encrypt(_recordKey, nonce, place, value, result.AsSpan(Records.NonceSize));
        return result;
    }

    /// <summary>Decrypts a stored value; null when it is not one of this realm's at this place.</summary>
    public byte[]? OpenRecord(ReadOnlySpan<byte> place, ReadOnlySpan<byte> sealedValue) =>
        sealedValue.Length >= Records.NonceSize + Records.TagSize
            ? Records.Decrypt(_recordKey, sealedValue[..Records.NonceSize], place, sealedValue[Records.NonceSize..])
            : null;

    /// <inheritdoc/>
    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_private);
        _recordKey.Dispose();
    }

    private static byte[] Derive(ReadOnlySpan<byte> seed, string label) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, seed.ToArray(), SeedSize, info: Encoding.ASCII.GetBytes(label));
}
