using System.Security.Cryptography;

namespace XChat.Crypto.Recovery;

/// <summary>
/// What the output of the oblivious function is used for: a commitment that all may see, and a key whose tags prove the right PIN to a realm.
/// </summary>
internal sealed class UnlockKeys : IDisposable
{
    private readonly byte[] _key;

    private UnlockKeys(byte[] key, byte[] commitment) => (_key, Commitment) = (key, commitment);

    public byte[] Commitment { get; }

    /// <summary>Takes the output over and erases it.</summary>
    public static UnlockKeys From(byte[] output)
    {
        UnlockKeys keys = new(Derive(output, "XChat 1.0 unlock key"u8), Derive(output, "XChat 1.0 unlock commitment"u8));
        CryptographicOperations.ZeroMemory(output);
        return keys;
    }

    public byte[] TagFor(Guid realm) => HMACSHA256.HashData(_key, (byte[])[.. "XChat 1.0 unlock tag\0"u8, .. realm.ToByteArray(bigEndian: true)]);

    public void Dispose() => CryptographicOperations.ZeroMemory(_key);

    private static byte[] Derive(byte[] output, ReadOnlySpan<byte> label) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA512, output, PinVault.HashSize, info: label.ToArray());
}
