using System.Buffers.Binary;

using XChat.Crypto.Identity;

namespace XChat.Crypto.Recovery;

/// <summary>
/// The proof of work that a guess without a device costs: a stamp over realm, account, blinded element and time. It is good for that one guess at
/// that one realm, so the realm keeps nothing.
/// </summary>
public static class RecoveryProof
{
    /// <summary>Most leading zero bits that may be asked for.</summary>
    public const int MaxDifficulty = ProofOfWork.MaxDifficulty;

    /// <summary>Finds a nonce. Takes 2^<paramref name="difficulty"/> hashes on average, on the calling thread.</summary>
    /// <exception cref="OperationCanceledException">Given up.</exception>
    public static long Solve(
        Guid realm, ReadOnlySpan<byte> accountKey, ReadOnlySpan<byte> blindedElement, long timeMs, int difficulty, CancellationToken cancellationToken) =>
        ProofOfWork.Solve(Encode(realm, accountKey, blindedElement, timeMs), difficulty, cancellationToken);

    /// <summary>Whether a nonce is a proof. The age of <paramref name="timeMs"/> is for the caller to judge.</summary>
    public static bool Verify(
        Guid realm, ReadOnlySpan<byte> accountKey, ReadOnlySpan<byte> blindedElement, long timeMs, long nonce, int difficulty) =>
        ProofOfWork.Verify(Encode(realm, accountKey, blindedElement, timeMs), nonce, difficulty);

    private static byte[] Encode(Guid realm, ReadOnlySpan<byte> accountKey, ReadOnlySpan<byte> blindedElement, long timeMs)
    {
        Span<byte> time = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(time, timeMs);
        return [.. "XChat 1.0 recovery attempt\0"u8, .. realm.ToByteArray(bigEndian: true), .. accountKey, .. blindedElement, .. time];
    }
}
