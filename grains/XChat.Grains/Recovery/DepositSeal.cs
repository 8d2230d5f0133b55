using System.Buffers.Binary;
using System.Security.Cryptography;

using XChat.Crypto.Recovery;
using XChat.GrainInterfaces.Recovery;

namespace XChat.Grains.Recovery;

/// <summary>
/// How a deposit is stored: encrypted under the realm's key, bound to its record, version and generation. A copy of the database alone opens none.
/// </summary>
public static class DepositSeal
{
    private const int Part = 32;

    /// <summary>Encrypts a deposit.</summary>
    public static byte[] Seal(RealmKeys keys, RecoveryKey key, byte[] version, int generation, RealmDeposit deposit)
    {
        byte[] value = [.. deposit.OprfShare, .. deposit.ScalarShare, .. deposit.Tag, .. deposit.Ciphertext];
        byte[] result = keys.SealRecord(Place(key, version, generation), value);
        CryptographicOperations.ZeroMemory(value);
        return result;
    }

    /// <summary>Decrypts what <see cref="Seal"/> made.</summary>
    /// <exception cref="InvalidDataException">The database is damaged, or belongs to another key.</exception>
    public static RealmDeposit Open(RealmKeys keys, RecoveryKey key, StoredSlot slot)
    {
        byte[]? value = keys.OpenRecord(Place(key, slot.Version, slot.Generation), slot.SealedDeposit);
        if (value is not { Length: (3 * Part) + PinVault.CiphertextSize })
        {
            throw new InvalidDataException("A recovery record does not open with the realm's key: the database belongs to another key, or is damaged.");
        }

        RealmDeposit deposit = new(key.Realm, value[..Part], value[Part..(2 * Part)], value[(2 * Part)..(3 * Part)], value[(3 * Part)..]);
        CryptographicOperations.ZeroMemory(value);
        return deposit;
    }

    private static byte[] Place(RecoveryKey key, byte[] version, int generation)
    {
        Span<byte> number = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(number, generation);
        return [.. key.Realm.ToByteArray(bigEndian: true), .. key.AccountKey, .. version, .. number];
    }
}
