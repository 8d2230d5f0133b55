using System.Security.Cryptography;
using System.Text;

namespace XChat.Client.Recovery;

/// <summary>
/// A gate in front of the PIN: 80 random bits that the owner keeps on paper. Realms count no guess without it, so nobody who merely knows the handle
/// can use the guesses up. It opens nothing by itself.
/// </summary>
public static class RecoveryCode
{
    private const int Characters = 16;

    // Without those that are taken for another.
    private const string Alphabet = "abcdefghjkmnpqrstvwxyz0123456789";

    /// <summary>A new code, in groups of four.</summary>
    public static string New() =>
        string.Join('-', RandomNumberGenerator.GetItems<char>(Alphabet, Characters).Chunk(4).Select(part => new string(part)));

    /// <summary>What the code gives for one realm, which no other realm learns.</summary>
    internal static byte[] SecretFor(string code, Guid realm)
    {
        string plain = new([.. code.Where(char.IsAsciiLetterOrDigit).Select(char.ToLowerInvariant)]);
        return HKDF.DeriveKey(
            HashAlgorithmName.SHA256, Encoding.ASCII.GetBytes(plain.PadRight(Characters)), 32,
            info: [.. "XChat 1.0 recovery gate\0"u8, .. realm.ToByteArray(bigEndian: true)]);
    }

    /// <summary>What the realm keeps to check it.</summary>
    internal static byte[]? GateFor(string? code, Guid realm) => code is null ? null : SHA256.HashData(SecretFor(code, realm));
}
