namespace XChat.Crypto.Hpke;

/// <summary>
/// HPKE in base mode, single shot, over X-Wing (key encapsulation 0x647A of the registry of RFC 9180), HKDF-SHA256 and ChaCha20-Poly1305. What it seals stays
/// sealed as long as either X25519 or ML-KEM-768 holds.
/// </summary>
internal static class XWingHpke
{
    private const ushort Kem = 0x647A;

    private static readonly HpkeSchedule Schedule = new(Kem, Aead.ChaCha20Poly1305);

    /// <summary>Encrypts to a public key; null when that key is malformed.</summary>
    public static (byte[] Encapsulated, byte[] Ciphertext)? Seal(
        ReadOnlySpan<byte> recipient, ReadOnlySpan<byte> info, ReadOnlySpan<byte> aad, ReadOnlySpan<byte> plaintext) =>
        XWing.Encapsulate(recipient) is var (encapsulated, shared) ? (encapsulated, Schedule.Seal(shared, info, aad, plaintext)) : null;

    /// <summary>Decrypts; null when anything does not fit.</summary>
    public static byte[]? Open(
        ReadOnlySpan<byte> encapsulated, ReadOnlySpan<byte> seed, ReadOnlySpan<byte> info, ReadOnlySpan<byte> aad, ReadOnlySpan<byte> ciphertext) =>
        XWing.Decapsulate(encapsulated, seed) is { } shared ? Schedule.Open(shared, info, aad, ciphertext) : null;
}
