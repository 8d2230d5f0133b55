using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;

namespace XChat.Crypto.Identity;

/// <summary>
/// A hashcash stamp: a nonce with which the SHA-256 over a statement and the nonce begins with a number of zero bits. Each further bit doubles the
/// work; verifying is one hash.
/// </summary>
internal static class ProofOfWork
{
    /// <summary>Most leading zero bits that may be asked for: more than anybody can find.</summary>
    public const int MaxDifficulty = 64;

    private const int NonceSize = 8;
    private const int TriesBetweenLooks = 4096;

    /// <exception cref="OperationCanceledException">Given up.</exception>
    public static long Solve(ReadOnlySpan<byte> statement, int difficulty, CancellationToken cancellationToken)
    {
        CheckDifficulty(difficulty);
        byte[] stamped = WithRoom(statement);
        for (long nonce = 0; ; nonce++)
        {
            if (nonce % TriesBetweenLooks == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            if (LeadingZeroBits(stamped, nonce) >= difficulty)
            {
                return nonce;
            }
        }
    }

    /// <exception cref="ArgumentOutOfRangeException">The difficulty, which is the verifier's own, is not 0 to <see cref="MaxDifficulty"/>.</exception>
    public static bool Verify(ReadOnlySpan<byte> statement, long nonce, int difficulty)
    {
        CheckDifficulty(difficulty);
        return LeadingZeroBits(WithRoom(statement), nonce) >= difficulty;
    }

    private static byte[] WithRoom(ReadOnlySpan<byte> statement) => [.. statement, .. new byte[NonceSize]];

    private static void CheckDifficulty(int difficulty)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(difficulty);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(difficulty, MaxDifficulty);
    }

    private static int LeadingZeroBits(byte[] stamped, long nonce)
    {
        BinaryPrimitives.WriteInt64BigEndian(stamped.AsSpan(^NonceSize..), nonce);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(stamped, hash);
        return BitOperations.LeadingZeroCount(BinaryPrimitives.ReadUInt64BigEndian(hash));
    }
}
