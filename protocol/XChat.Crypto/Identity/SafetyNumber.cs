using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace XChat.Crypto.Identity;

/// <summary>
/// The number by which two people see that both have the right account keys: 60 digits, the same on both sides, 30 for each account. The 30 digits of an
/// account are the first 30 bytes of an iterated SHA-512 in six groups of 5 bytes, each as a number modulo 100,000:
/// <code>
/// h(1) = SHA-512(label, user, account key); h(n) = SHA-512(h(n - 1), account key); n = 5,200
/// </code>
/// The iterations make it 5,200 times as costly to look for another key with similar digits. The smaller half stands first.
/// </summary>
public static class SafetyNumber
{
    /// <summary>Digits of the number.</summary>
    public const int Digits = 2 * HalfDigits;

    private const int HalfDigits = 30;
    private const int GroupBytes = 5;
    private const int Iterations = 5_200;
    private const string Label = "XChat 1.0 safety number";

    /// <summary>The number of two accounts, whichever is named first.</summary>
    public static string Of(Guid user, ReadOnlySpan<byte> accountKey, Guid otherUser, ReadOnlySpan<byte> otherAccountKey)
    {
        (string one, string other) = (Half(user, accountKey), Half(otherUser, otherAccountKey));
        return string.CompareOrdinal(one, other) <= 0 ? one + other : other + one;
    }

    private static string Half(Guid user, ReadOnlySpan<byte> accountKey)
    {
        byte[] hash = SHA512.HashData([.. Encoding.ASCII.GetBytes(Label), 0, .. user.ToByteArray(bigEndian: true), .. accountKey]);
        byte[] input = [.. hash, .. accountKey];
        for (int done = 1; done < Iterations; done++)
        {
            SHA512.HashData(input, input.AsSpan(0, SHA512.HashSizeInBytes));
        }

        StringBuilder digits = new(HalfDigits);
        for (int at = 0; digits.Length < HalfDigits; at += GroupBytes)
        {
            ulong group = ((ulong)input[at] << 32) | BinaryPrimitives.ReadUInt32BigEndian(input.AsSpan(at + 1));
            _ = digits.Append((group % 100_000).ToString("D5", CultureInfo.InvariantCulture));
        }

        return digits.ToString();
    }
}
