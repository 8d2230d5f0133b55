using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;

namespace XChat.Crypto.Identity;

/// <summary>
/// The proof of work that a registration costs (docs/decisions/0003): a nonce with which the SHA-256 over label, user, handle, time and nonce begins
/// with a number of zero bits. Each further bit doubles the work; verifying is one hash.
/// </summary>
public static class RegistrationProof
{
    /// <summary>Most leading zero bits that may be asked for: more than anybody can find.</summary>
    public const int MaxDifficulty = 64;

    private const int MaxHandleBytes = 255;
    private const int NonceSize = 8;
    private const int TriesBetweenLooks = 4096;

    private static ReadOnlySpan<byte> Label => "XChat 1.0 registration\0"u8;

    /// <summary>Finds a nonce. Takes 2^<paramref name="difficulty"/> hashes on average, on the calling thread.</summary>
    /// <param name="user">The account to be registered.</param>
    /// <param name="handle">The handle as normalised, at most 255 bytes of UTF-8.</param>
    /// <param name="timeMs">The time of the proof, Unix milliseconds: near the server's clock.</param>
    /// <param name="difficulty">Leading zero bits, 0 to <see cref="MaxDifficulty"/>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ArgumentException">The handle is too long.</exception>
    /// <exception cref="OperationCanceledException">Given up.</exception>
    public static long Solve(Guid user, string handle, long timeMs, int difficulty, CancellationToken cancellationToken)
    {
        CheckDifficulty(difficulty);
        byte[] statement = Encode(user, handle, timeMs)
            ?? throw new ArgumentException($"A handle has at most {MaxHandleBytes} bytes.", nameof(handle));
        for (long nonce = 0; ; nonce++)
        {
            if (nonce % TriesBetweenLooks == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            if (LeadingZeroBits(statement, nonce) >= difficulty)
            {
                return nonce;
            }
        }
    }

    /// <summary>Whether a nonce is a proof. The age of <paramref name="timeMs"/> is for the caller to judge.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The difficulty, which is the verifier's own, is not 0 to <see cref="MaxDifficulty"/>.</exception>
    public static bool Verify(Guid user, string handle, long timeMs, long nonce, int difficulty)
    {
        CheckDifficulty(difficulty);
        return Encode(user, handle, timeMs) is { } statement && LeadingZeroBits(statement, nonce) >= difficulty;
    }

    private static void CheckDifficulty(int difficulty)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(difficulty);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(difficulty, MaxDifficulty);
    }

    /// <summary>Everything that is hashed, with room for the nonce at the end; null when the handle is too long.</summary>
    private static byte[]? Encode(Guid user, string handle, long timeMs)
    {
        ArgumentNullException.ThrowIfNull(handle);
        if (handle.Length > MaxHandleBytes || Encoding.UTF8.GetByteCount(handle) > MaxHandleBytes)
        {
            return null;
        }

        byte[] name = Encoding.UTF8.GetBytes(handle);
        byte[] time = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(time, timeMs);
        return [.. Label, .. user.ToByteArray(bigEndian: true), (byte)name.Length, .. name, .. time, .. new byte[NonceSize]];
    }

    private static int LeadingZeroBits(byte[] statement, long nonce)
    {
        BinaryPrimitives.WriteInt64BigEndian(statement.AsSpan(^NonceSize..), nonce);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(statement, hash);
        return BitOperations.LeadingZeroCount(BinaryPrimitives.ReadUInt64BigEndian(hash));
    }
}
