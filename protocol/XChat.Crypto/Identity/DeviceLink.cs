using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

using NSec.Cryptography;

namespace XChat.Crypto.Identity;

/// <summary>
/// How the root secret of an account gets from an old device to a new one through a mailbox of the server, four messages, each written once:
/// <list type="number">
/// <item>new to old: the commitment to <see cref="LinkReveal"/></item>
/// <item>old to new: <see cref="LinkOffer"/></item>
/// <item>new to old: the <see cref="LinkReveal"/></item>
/// <item>old to new: <see cref="LinkedAccount"/>, sealed under the key that both X25519 keys give</item>
/// </list>
/// Both sides show six digits over all of it and go on only when a person says that they are the same. Whoever sits in between has to fix its key towards each
/// side before it sees that side's randomness, so that it gets one guess in a million and cannot search.
/// </summary>
public static class DeviceLink
{
    /// <summary>Bytes of a commitment, a nonce and an X25519 key.</summary>
    public const int PartSize = 32;

    private const string CommitmentLabel = "XChat 1.0 link commitment";
    private const string TranscriptLabel = "XChat 1.0 link transcript";
    private const string DigitsLabel = "XChat 1.0 link digits";
    private const string KeyLabel = "XChat 1.0 link key";
    private const uint DigitsModulus = 1_000_000;

    /// <summary>What the new device sends first.</summary>
    public static byte[] Commit(Guid mailbox, LinkReveal reveal) => Hash(CommitmentLabel, mailbox.ToByteArray(bigEndian: true), reveal.Encode());

    /// <summary>Whether a reveal is what was committed to.</summary>
    public static bool Opens(Guid mailbox, ReadOnlySpan<byte> commitment, LinkReveal reveal) =>
        CryptographicOperations.FixedTimeEquals(commitment, Commit(mailbox, reveal));

    /// <summary>The hash over all that was said in the open.</summary>
    public static byte[] Transcript(Guid mailbox, byte[] commitment, LinkOffer offer, LinkReveal reveal) =>
        Hash(TranscriptLabel, mailbox.ToByteArray(bigEndian: true), commitment, offer.Encode(), reveal.Encode());

    /// <summary>The six digits that both sides show.</summary>
    public static string Digits(byte[] transcript)
    {
        uint value = BinaryPrimitives.ReadUInt32BigEndian(Hash(DigitsLabel, transcript));
        return (value % DigitsModulus).ToString("D6", CultureInfo.InvariantCulture);
    }

    /// <summary>Seals the account for the new device.</summary>
    /// <returns>The sealed bytes; null when the other side's key is not one to agree with.</returns>
    public static byte[]? Seal(Key own, ReadOnlySpan<byte> otherKey, byte[] transcript, LinkedAccount account)
    {
        using Key? key = KeyOf(own, otherKey, transcript);
        byte[] content = account.Encode();
        byte[]? result = key is null ? null : AeadAlgorithm.ChaCha20Poly1305.Encrypt(key, Nonce, transcript, content);
        CryptographicOperations.ZeroMemory(content);
        return result;
    }

    /// <summary>Opens what was sealed. Null: it was sealed by somebody else, for somebody else, or changed. Never throws on foreign bytes.</summary>
    public static LinkedAccount? Open(Key own, ReadOnlySpan<byte> otherKey, byte[] transcript, ReadOnlySpan<byte> sealedAccount)
    {
        using Key? key = KeyOf(own, otherKey, transcript);
        return key is not null && sealedAccount.Length >= AeadAlgorithm.ChaCha20Poly1305.TagSize
            && AeadAlgorithm.ChaCha20Poly1305.Decrypt(key, Nonce, transcript, sealedAccount) is { } content
            && LinkedAccount.TryDecode(content, out LinkedAccount? account) ? account : null;
    }

    /// <summary>Each key seals one message.</summary>
    private static byte[] Nonce => new byte[AeadAlgorithm.ChaCha20Poly1305.NonceSize];

    private static Key? KeyOf(Key own, ReadOnlySpan<byte> otherKey, byte[] transcript)
    {
        if (!PublicKey.TryImport(KeyAgreementAlgorithm.X25519, otherKey, KeyBlobFormat.RawPublicKey, out PublicKey? other) || other is null)
        {
            return null;
        }

        using SharedSecret? shared = KeyAgreementAlgorithm.X25519.Agree(own, other);
        return shared is null
            ? null
            : KeyDerivationAlgorithm.HkdfSha256.DeriveKey(shared, transcript, Encoding.ASCII.GetBytes(KeyLabel), AeadAlgorithm.ChaCha20Poly1305);
    }

    private static byte[] Hash(string label, params ReadOnlySpan<byte[]> parts)
    {
        using System.Security.Cryptography.IncrementalHash hash = System.Security.Cryptography.IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.ASCII.GetBytes(label));
        Span<byte> length = stackalloc byte[sizeof(int)];
        foreach (byte[] part in parts)
        {
            BinaryPrimitives.WriteInt32BigEndian(length, part.Length);
            hash.AppendData(length);
            hash.AppendData(part);
        }

        return hash.GetHashAndReset();
    }
}
