using System.Buffers.Binary;
using System.Text;

namespace XChat.Crypto.Identity;

/// <summary>
/// The proof of work that a registration costs (docs/decisions/0003): a nonce with which the SHA-256 over label, user, handle, time and nonce begins
/// with a number of zero bits. Each further bit doubles the work; verifying is one hash.
/// </summary>
public static class RegistrationProof
{
    /// <summary>Most leading zero bits that may be asked for: more than anybody can find.</summary>
    public const int MaxDifficulty = ProofOfWork.MaxDifficulty;

    private const int MaxHandleBytes = 255;

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
        byte[] statement = Encode(user, handle, timeMs)
            ?? throw new ArgumentException($"A handle has at most {MaxHandleBytes} bytes.", nameof(handle));
        return ProofOfWork.Solve(statement, difficulty, cancellationToken);
    }

    /// <summary>Whether a nonce is a proof. The age of <paramref name="timeMs"/> is for the caller to judge.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The difficulty, which is the verifier's own, is not 0 to <see cref="MaxDifficulty"/>.</exception>
    public static bool Verify(Guid user, string handle, long timeMs, long nonce, int difficulty)
    {
        byte[]? statement = Encode(user, handle, timeMs);
        return ProofOfWork.Verify(statement, nonce, difficulty) && statement is not null;
    }

    /// <summary>Everything that is hashed before the nonce; null when the handle is too long.</summary>
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
        return [.. Label, .. user.ToByteArray(bigEndian: true), (byte)name.Length, .. name, .. time];
    }
}
