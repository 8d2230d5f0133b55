using System.Numerics;

using XChat.Protocol;

namespace XChat.Client.Conversations;

/// <summary>Plaintexts are padded to powers of two from 256 bytes up, so that the server learns one of nine sizes and not a length.</summary>
internal static class SizeClass
{
    private const int Smallest = 256;

    /// <summary>What the MLS framing, its signature and its tags take at most of <see cref="Limits.MessageBytes"/>.</summary>
    public const int Framing = Limits.MessageBytes - Largest;

    private const int Largest = 64 * 1024;

    public static int Of(int plaintextBytes) => (int)BitOperations.RoundUpToPowerOf2((uint)Math.Clamp(plaintextBytes, Smallest, Largest));
}
