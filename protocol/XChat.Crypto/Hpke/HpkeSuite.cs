using System.Security.Cryptography;

namespace XChat.Crypto.Hpke;

/// <summary>
/// HPKE in base mode, single shot: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256 and one of the two ciphers (RFC 9180 sections 4 to 6).
/// </summary>
internal sealed class HpkeSuite(Aead aead)
{
    private const ushort Kem = 0x0020;
    private static readonly byte[] KemSuiteId = [.. "KEM"u8, 0x00, 0x20];

    public Aead Aead => Schedule.Aead;

    internal HpkeSchedule Schedule { get; } = new(Kem, aead);

    /// <summary>Derives a key pair from a secret (RFC 9180 section 7.1.3).</summary>
    public static (byte[] Private, byte[] Public) DeriveKeyPair(ReadOnlySpan<byte> ikm)
    {
        byte[] prk = HpkeSchedule.LabeledExtract(KemSuiteId, [], "dkp_prk"u8, ikm);
        byte[] secret = HpkeSchedule.LabeledExpand(KemSuiteId, prk, "sk"u8, [], DiffieHellman.Size);
        CryptographicOperations.ZeroMemory(prk);
        return (secret, DiffieHellman.PublicOf(secret));
    }

    /// <summary>Encrypts to a public key; null when that key is malformed or of low order.</summary>
    public (byte[] Encapsulated, byte[] Ciphertext)? Seal(
        ReadOnlySpan<byte> recipient, ReadOnlySpan<byte> info, ReadOnlySpan<byte> aad, ReadOnlySpan<byte> plaintext)
    {
        (byte[] secret, byte[] encapsulated) = DiffieHellman.Generate();
        byte[]? shared = DiffieHellman.Agree(secret, recipient);
        CryptographicOperations.ZeroMemory(secret);
        return shared is null ? null : (encapsulated, Schedule.Seal(SharedSecret(shared, encapsulated, recipient), info, aad, plaintext));
    }

    /// <summary>Decrypts; null when anything does not fit.</summary>
    public byte[]? Open(
        ReadOnlySpan<byte> encapsulated, ReadOnlySpan<byte> recipientPrivate, ReadOnlySpan<byte> info, ReadOnlySpan<byte> aad, ReadOnlySpan<byte> ciphertext) =>
        Decapsulate(encapsulated, recipientPrivate) is { } shared ? Schedule.Open(shared, info, aad, ciphertext) : null;

    /// <summary>The receiver's export of a secret from an encapsulated key (RFC 9180 section 5.3); MLS external commits use it.</summary>
    public byte[]? ReceiveExport(
        ReadOnlySpan<byte> encapsulated, ReadOnlySpan<byte> recipientPrivate, ReadOnlySpan<byte> info, ReadOnlySpan<byte> context, int length) =>
        Decapsulate(encapsulated, recipientPrivate) is { } shared ? Schedule.Export(shared, info, context, length) : null;

    /// <summary>The shared secret of an agreement, which is erased.</summary>
    internal static byte[] SharedSecret(Span<byte> agreed, ReadOnlySpan<byte> encapsulated, ReadOnlySpan<byte> recipient)
    {
        byte[] prk = HpkeSchedule.LabeledExtract(KemSuiteId, [], "eae_prk"u8, agreed);
        byte[] shared = HpkeSchedule.LabeledExpand(KemSuiteId, prk, "shared_secret"u8, [.. encapsulated, .. recipient], HpkeSchedule.HashSize);
        CryptographicOperations.ZeroMemory(agreed);
        CryptographicOperations.ZeroMemory(prk);
        return shared;
    }

    private static byte[]? Decapsulate(ReadOnlySpan<byte> encapsulated, ReadOnlySpan<byte> recipientPrivate) =>
        DiffieHellman.Agree(recipientPrivate, encapsulated) is { } agreed
            ? SharedSecret(agreed, encapsulated, DiffieHellman.PublicOf(recipientPrivate))
            : null;
}
