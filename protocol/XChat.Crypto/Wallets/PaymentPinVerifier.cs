using System.Security.Cryptography;
using System.Text;

using NSec.Cryptography;

using XChat.Crypto.Recovery;

namespace XChat.Crypto.Wallets;

/// <summary>What a device keeps of the PIN for payments: enough to know it again, and as expensive as can be to try PINs on.</summary>
public static class PaymentPinVerifier
{
    /// <summary>Bytes of the random salt.</summary>
    public const int SaltSize = 16;

    private const int Size = 32;

    /// <summary>Argon2id (RFC 9106) over the PIN in UTF-8 and the salt, 32 bytes.</summary>
    /// <exception cref="ArgumentException">The PIN is empty, or the salt not of its length.</exception>
    public static byte[] Of(string pin, ReadOnlySpan<byte> salt, PinCost cost)
    {
        ArgumentException.ThrowIfNullOrEmpty(pin);
        ArgumentNullException.ThrowIfNull(cost);
        if (salt.Length != SaltSize)
        {
            throw new ArgumentException($"A salt has {SaltSize} bytes.", nameof(salt));
        }

        PasswordBasedKeyDerivationAlgorithm argon = PasswordBasedKeyDerivationAlgorithm.Argon2id(
            new Argon2Parameters { DegreeOfParallelism = 1, MemorySize = cost.MemoryKib, NumberOfPasses = cost.Passes });
        byte[] secret = Encoding.UTF8.GetBytes(pin);
        try
        {
            return argon.DeriveBytes(secret, salt, Size);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    /// <summary>Whether a PIN is the one of a verifier; how long it takes says nothing about it.</summary>
    public static bool Matches(string pin, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> verifier, PinCost cost) =>
        CryptographicOperations.FixedTimeEquals(Of(pin, salt, cost), verifier);
}
