using System.Security.Cryptography;
using System.Text;

using NSec.Cryptography;

using XChat.Crypto.Identity;

namespace XChat.Crypto.Recovery;

/// <summary>
/// What stretching a PIN costs: memory in KiB and passes. Every client uses <see cref="Standard"/>; tests that try thousands of PINs state theirs.
/// </summary>
public sealed record PinCost(int MemoryKib, int Passes)
{
    /// <summary>16 MiB and 32 passes: well below a second on a phone, and as much again for each PIN that somebody tries.</summary>
    public static PinCost Standard { get; } = new(16 * 1024, 32);
}

/// <summary>
/// A PIN made expensive by Argon2id (RFC 9106): the access key, which goes into the oblivious function, and the seed, which goes into the key of the
/// ciphertext. Disposing erases both.
/// </summary>
public sealed class StretchedPin : IDisposable
{
    /// <summary>Bytes of the random version of a registration, from which the salt is made.</summary>
    public const int VersionSize = 16;

    private const int PartSize = 32;
    private const int SaltSize = 16;

    private StretchedPin(byte[] accessKey, byte[] seed) => (AccessKey, Seed) = (accessKey, seed);

    internal byte[] AccessKey { get; }

    internal byte[] Seed { get; }

    /// <summary>Stretches a PIN; the salt is the first 16 bytes of SHA-256 over a label, the version and the account key.</summary>
    /// <exception cref="ArgumentException">The PIN is empty, or the version or account key is not of its length.</exception>
    public static StretchedPin Of(string pin, ReadOnlySpan<byte> version, ReadOnlySpan<byte> accountKey, PinCost cost)
    {
        ArgumentException.ThrowIfNullOrEmpty(pin);
        ArgumentNullException.ThrowIfNull(cost);
        if (version.Length != VersionSize || accountKey.Length != DeviceList.KeySize)
        {
            throw new ArgumentException($"A version has {VersionSize} bytes and an account key {DeviceList.KeySize}.", nameof(version));
        }

        byte[] salt = SHA256.HashData([.. "XChat 1.0 PIN salt\0"u8, .. version, .. accountKey])[..SaltSize];
        byte[] secret = Encoding.UTF8.GetBytes(pin);
        PasswordBasedKeyDerivationAlgorithm argon = PasswordBasedKeyDerivationAlgorithm.Argon2id(
            new Argon2Parameters { DegreeOfParallelism = 1, MemorySize = cost.MemoryKib, NumberOfPasses = cost.Passes });
        byte[] both = argon.DeriveBytes(secret, salt, 2 * PartSize);
        CryptographicOperations.ZeroMemory(secret);
        StretchedPin stretched = new(both[..PartSize], both[PartSize..]);
        CryptographicOperations.ZeroMemory(both);
        return stretched;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(AccessKey);
        CryptographicOperations.ZeroMemory(Seed);
    }
}
