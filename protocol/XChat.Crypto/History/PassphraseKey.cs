using System.Security.Cryptography;
using System.Text;

using NSec.Cryptography;

namespace XChat.Crypto.History;

/// <summary>The key of an exported history: Argon2id (RFC 9106), 64 MiB and 8 passes, over a passphrase in UTF-8.</summary>
public static class PassphraseKey
{
    /// <summary>Bytes of the salt, which is random for each file.</summary>
    public const int SaltSize = 16;

    private const int MemoryKib = 64 * 1024;
    private const int Passes = 8;
    private const int KeySize = 32;

    /// <summary>Derives the key. Takes about a second.</summary>
    /// <exception cref="ArgumentException">The passphrase is empty, or the salt not of its length.</exception>
    public static HistoryKey Of(string passphrase, ReadOnlySpan<byte> salt)
    {
        ArgumentException.ThrowIfNullOrEmpty(passphrase);
        PasswordBasedKeyDerivationAlgorithm argon = PasswordBasedKeyDerivationAlgorithm.Argon2id(
            new Argon2Parameters { DegreeOfParallelism = 1, MemorySize = MemoryKib, NumberOfPasses = Passes });
        byte[] secret = Encoding.UTF8.GetBytes(passphrase);
        byte[] key = argon.DeriveBytes(secret, salt, KeySize);
        CryptographicOperations.ZeroMemory(secret);
        HistoryKey history = HistoryKey.Import(key);
        CryptographicOperations.ZeroMemory(key);
        return history;
    }
}
