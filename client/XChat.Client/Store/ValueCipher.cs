using System.Security.Cryptography;

using NSec.Cryptography;

namespace XChat.Client.Store;

/// <summary>
/// Encrypts each value of the store with XChaCha20-Poly1305 under the profile key and a random 24-byte nonce. The table and the row's key are
/// authenticated with it, so that no value can be moved to another row.
/// </summary>
/// <remarks>
/// What this protects: a database file that leaves the machine without <c>profile.key</c> (a backup, a synchronised folder, a support upload, a
/// discarded disk where only the key was wiped) shows row ids, sequence numbers and sizes, and nothing that anybody wrote nor any key. What it does
/// not protect: whoever can read the whole folder as its owner, while the account is unlocked, reads everything that the owner can. An old copy of
/// the folder that is put back in place is not detected.
/// </remarks>
internal sealed class ValueCipher : IDisposable
{
    private static readonly AeadAlgorithm Algorithm = AeadAlgorithm.XChaCha20Poly1305;

    private readonly Key _key;

    public ValueCipher(ReadOnlySpan<byte> key) => _key = Key.Import(Algorithm, key, KeyBlobFormat.RawSymmetricKey);

    public byte[] Seal(string table, ReadOnlySpan<byte> row, ReadOnlySpan<byte> value)
    {
        byte[] result = new byte[Algorithm.NonceSize + value.Length + Algorithm.TagSize];
        Span<byte> nonce = result.AsSpan(0, Algorithm.NonceSize);
        RandomNumberGenerator.Fill(nonce);
        Algorithm.Encrypt(_key, nonce, Place(table, row), value, result.AsSpan(Algorithm.NonceSize));
        return result;
    }

    public byte[] Open(string table, ReadOnlySpan<byte> row, ReadOnlySpan<byte> sealedValue)
    {
        if (sealedValue.Length >= Algorithm.NonceSize + Algorithm.TagSize
            && Algorithm.Decrypt(
                _key, sealedValue[..Algorithm.NonceSize], Place(table, row), sealedValue[Algorithm.NonceSize..]) is { } value)
        {
            return value;
        }

        throw new XChatException(
            ClientErrorReason.ProfileDamaged, $"A value in the profile's table {table} does not open: the database and profile.key do not belong together.");
    }

    public void Dispose() => _key.Dispose();

    private static byte[] Place(string table, ReadOnlySpan<byte> row) => [.. System.Text.Encoding.UTF8.GetBytes(table), 0, .. row];
}
