using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;

using NSec.Cryptography;

using XChat.Crypto.Identity;

namespace XChat.Crypto.History;

/// <summary>
/// The key that encrypts the segments of a history. Each account key has one, derived from the backup key; a device that was taken out has that of the time
/// when it was one, and no later one.
/// <code>
/// struct { uint8 format = 1; opaque key_id[8]; opaque previous[32]; opaque nonce[24]; opaque ciphertext[]; } Segment;
/// struct { uint32 length; opaque content[length]; opaque zeros[]; } Plaintext;    // 1 KiB, 2 KiB, ... 128 KiB
/// </code>
/// XChaCha20-Poly1305; authenticated with it are label, user, number, key id and the hash of the segment before: no segment can be moved to another place or
/// account, and whoever has the newest one has fixed all before it.
/// </summary>
public sealed class HistoryKey : IDisposable
{
    /// <summary>Bytes of a hash of a segment.</summary>
    public const int HashSize = 32;

    /// <summary>Most bytes of content in one segment.</summary>
    public const int MaxContent = LargestPlaintext - sizeof(int);

    /// <summary>Bytes of the id by which a segment says under which key it is.</summary>
    public const int IdSize = 8;

    private const int SmallestPlaintext = 1024;
    private const int LargestPlaintext = 128 * 1024;
    private const byte Format = 1;
    private const int HeaderSize = 1 + IdSize + HashSize;
    private const string KeyLabel = "XChat 1.0 history key";
    private const string IdLabel = "XChat 1.0 history key id";

    private static readonly AeadAlgorithm Algorithm = AeadAlgorithm.XChaCha20Poly1305;

    private readonly byte[] _secret;
    private readonly Key _key;

    private HistoryKey(byte[] secret)
    {
        _secret = secret;
        _key = Key.Import(Algorithm, secret, KeyBlobFormat.RawSymmetricKey);
        Id = HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, IdSize, info: Encoding.ASCII.GetBytes(IdLabel));
    }

    private static ReadOnlySpan<byte> Label => "XChat 1.0 history segment\0"u8;

    /// <summary>Names the key and tells nothing about it.</summary>
    public byte[] Id { get; }

    /// <summary>What <c>Previous</c> of the first segment is.</summary>
    public static byte[] NoPrevious => new byte[HashSize];

    /// <summary>The key of an account as it is now.</summary>
    public static HistoryKey Of(AccountKeys keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        byte[] backup = keys.BackupKey();
        byte[] secret = HKDF.DeriveKey(HashAlgorithmName.SHA256, backup, Algorithm.KeySize, info: Encoding.ASCII.GetBytes(KeyLabel));
        CryptographicOperations.ZeroMemory(backup);
        return new HistoryKey(secret);
    }

    /// <summary>A key that was exported.</summary>
    /// <exception cref="ArgumentException">Not 32 bytes.</exception>
    public static HistoryKey Import(ReadOnlySpan<byte> secret) => secret.Length == Algorithm.KeySize
        ? new HistoryKey(secret.ToArray())
        : throw new ArgumentException($"A history key has {Algorithm.KeySize} bytes.", nameof(secret));

    /// <summary>The key itself, 32 bytes. The caller erases it.</summary>
    public byte[] Export() => [.. _secret];

    /// <summary>The hash by which the next segment names this one.</summary>
    public static byte[] HashOf(ReadOnlySpan<byte> segment) => SHA256.HashData(segment);

    /// <summary>Reads the parts of a segment that are in the clear. Never throws on foreign bytes.</summary>
    public static bool TryReadHeader(
        ReadOnlySpan<byte> segment, [NotNullWhen(true)] out byte[]? keyId, [NotNullWhen(true)] out byte[]? previous)
    {
        bool read = segment.Length > HeaderSize && segment[0] == Format;
        keyId = read ? segment.Slice(1, IdSize).ToArray() : null;
        previous = read ? segment.Slice(1 + IdSize, HashSize).ToArray() : null;
        return read;
    }

    /// <summary>Seals content for a place in the chain.</summary>
    /// <exception cref="ArgumentException">The content is longer than <see cref="MaxContent"/>, or the hash is none.</exception>
    public byte[] Seal(Guid user, long number, ReadOnlySpan<byte> previous, ReadOnlySpan<byte> content)
    {
        if (content.Length > MaxContent || previous.Length != HashSize)
        {
            throw new ArgumentException($"A segment has at most {MaxContent} bytes of content, and the hash of the one before has {HashSize}.");
        }

        int size = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(SmallestPlaintext, sizeof(int) + content.Length));
        byte[] plaintext = new byte[size];
        BinaryPrimitives.WriteInt32BigEndian(plaintext, content.Length);
        content.CopyTo(plaintext.AsSpan(sizeof(int)));
        byte[] nonce = RandomNumberGenerator.GetBytes(Algorithm.NonceSize);
        byte[] header = [Format, .. Id, .. previous];
        byte[] sealedBytes = [.. header, .. nonce, .. Algorithm.Encrypt(_key, nonce, Place(user, number, header), plaintext)];
        CryptographicOperations.ZeroMemory(plaintext);
        return sealedBytes;
    }

    /// <summary>Opens a segment of a place in the chain. Null: it is of another key, place or account, or was changed. Never throws on foreign bytes.</summary>
    public byte[]? Open(Guid user, long number, ReadOnlySpan<byte> segment)
    {
        if (segment.Length < HeaderSize + Algorithm.NonceSize + Algorithm.TagSize || segment[0] != Format
            || !segment.Slice(1, IdSize).SequenceEqual(Id)
            || Algorithm.Decrypt(
                _key, segment.Slice(HeaderSize, Algorithm.NonceSize), Place(user, number, segment[..HeaderSize]),
                segment[(HeaderSize + Algorithm.NonceSize)..]) is not { } plaintext)
        {
            return null;
        }

        int length = plaintext.Length < sizeof(int) ? -1 : BinaryPrimitives.ReadInt32BigEndian(plaintext);
        byte[]? content = length >= 0 && length <= plaintext.Length - sizeof(int) ? plaintext.AsSpan(sizeof(int), length).ToArray() : null;
        CryptographicOperations.ZeroMemory(plaintext);
        return content;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_secret);
        _key.Dispose();
    }

    private static byte[] Place(Guid user, long number, ReadOnlySpan<byte> header)
    {
        byte[] at = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(at, number);
        return [.. Label, .. user.ToByteArray(bigEndian: true), .. at, .. header];
    }
}
