using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

using NSec.Cryptography;

using XChat.Crypto.Identity;

namespace XChat.Crypto.Transparency;

/// <summary>What the log is at one moment: its size, the roots of the Merkle log and of the prefix tree, and the server's clock (Unix milliseconds).</summary>
public sealed record LogHead(long Size, byte[] LogRoot, byte[] MapRoot, long TimeMs)
{
    /// <summary>Whether two heads speak of the same log in the same state; the time does not count.</summary>
    public bool SameLog(LogHead other) =>
        other is not null && Size == other.Size && LogRoot.AsSpan().SequenceEqual(other.LogRoot) && MapRoot.AsSpan().SequenceEqual(other.MapRoot);
}

/// <summary>
/// A head under the server's signature. Whoever shows two of one key and size with other roots proves that the server forked its log. Encoded as
/// key number (4 bytes), size (8), log root (32), map root (32), time (8), all big-endian, and the Ed25519 signature over them (64).
/// </summary>
/// <param name="KeyNumber">Which of the server's keys signed; the first is 1.</param>
/// <param name="Head">The head.</param>
/// <param name="Signature">64 bytes.</param>
public sealed record SignedLogHead(int KeyNumber, LogHead Head, byte[] Signature)
{
    /// <summary>Bytes of a signed head.</summary>
    public const int Size = ContentSize + LabelledSignature.Size;

    private const int HashSize = 32;
    private const int ContentSize = 4 + 8 + HashSize + HashSize + 8;
    private const string Label = "XChat 1.0 transparency head";

    /// <summary>Signs a head.</summary>
    /// <param name="key">The server's Ed25519 key of that number.</param>
    /// <param name="keyNumber">At least 1.</param>
    /// <param name="head">The head.</param>
    public static SignedLogHead Sign(Key key, int keyNumber, LogHead head)
    {
        ArgumentNullException.ThrowIfNull(key);
        return new SignedLogHead(keyNumber, head, LabelledSignature.Sign(key, Label, Content(keyNumber, head)));
    }

    /// <summary>Whether the 32-byte key made the signature.</summary>
    public bool Verify(ReadOnlySpan<byte> publicKey) => LabelledSignature.Verify(publicKey, Label, Content(KeyNumber, Head), Signature);

    /// <summary>The bytes that travel.</summary>
    public byte[] Encode() => [.. Content(KeyNumber, Head), .. Signature];

    /// <summary>Reads a signed head; whether the signature is right is for <see cref="Verify"/>. Never throws on foreign bytes.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out SignedLogHead? head)
    {
        head = null;
        if (bytes.Length != Size)
        {
            return false;
        }

        int keyNumber = BinaryPrimitives.ReadInt32BigEndian(bytes);
        long size = BinaryPrimitives.ReadInt64BigEndian(bytes[4..]);
        long timeMs = BinaryPrimitives.ReadInt64BigEndian(bytes[(12 + HashSize + HashSize)..]);
        if (keyNumber < 1 || size < 0 || timeMs < 0)
        {
            return false;
        }

        LogHead read = new(size, bytes.Slice(12, HashSize).ToArray(), bytes.Slice(12 + HashSize, HashSize).ToArray(), timeMs);
        head = new SignedLogHead(keyNumber, read, bytes[ContentSize..].ToArray());
        return true;
    }

    private static byte[] Content(int keyNumber, LogHead head)
    {
        byte[] content = new byte[ContentSize];
        BinaryPrimitives.WriteInt32BigEndian(content, keyNumber);
        BinaryPrimitives.WriteInt64BigEndian(content.AsSpan(4), head.Size);
        head.LogRoot.CopyTo(content, 12);
        head.MapRoot.CopyTo(content, 12 + HashSize);
        BinaryPrimitives.WriteInt64BigEndian(content.AsSpan(12 + HashSize + HashSize), head.TimeMs);
        return content;
    }
}
