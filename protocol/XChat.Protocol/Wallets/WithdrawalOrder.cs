using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace XChat.Protocol.Wallets;

/// <summary>
/// What a device signs to have money paid out over a rail. Its canonical bytes are what travels; changing any of them voids the signature, and none of
/// them can pass for those of a <see cref="PaymentOrder"/>.
/// </summary>
/// <param name="User">The user whose wallet in the currency is debited.</param>
/// <param name="Device">The user's device that signs.</param>
/// <param name="Payment">The id of the payment over the rail.</param>
/// <param name="Amount">How much is paid out.</param>
/// <param name="ExpiresAtMs">When the order stops to be payable, Unix milliseconds.</param>
/// <param name="Target">32 bytes that name rail and destination, as <see cref="TargetOf"/> makes them.</param>
public sealed record WithdrawalOrder(Guid User, Guid Device, Guid Payment, Money Amount, long ExpiresAtMs, byte[] Target)
{
    /// <summary>Length of the canonical bytes.</summary>
    public const int Size = 1 + 3 + (3 * 16) + 8 + 8 + TargetSize;

    /// <summary>Length of <see cref="Target"/>.</summary>
    public const int TargetSize = SHA256.HashSizeInBytes;

    private const byte Version = 1;

    /// <summary>SHA-256 over the rail's name, a zero byte and the destination, both in UTF-8. A rail's name has no zero byte.</summary>
    public static byte[] TargetOf(string rail, string destination) =>
        SHA256.HashData([.. Encoding.UTF8.GetBytes(rail), 0, .. Encoding.UTF8.GetBytes(destination)]);

    /// <summary>
    /// The canonical bytes: version 1, the currency's three letters, user, device, payment (16 bytes each), amount and expiry (8 bytes each), target
    /// (32 bytes); numbers and UUIDs big-endian.
    /// </summary>
    /// <exception cref="InvalidOperationException">The currency is not known, or the target has another length.</exception>
    public byte[] Encode()
    {
        if (!Amount.Currency.IsKnown() || Target.Length != TargetSize)
        {
            throw new InvalidOperationException("An order has a currency of ISO 4217 and a target of 32 bytes.");
        }

        byte[] bytes = new byte[Size];
        bytes[0] = Version;
        Encoding.ASCII.GetBytes(Amount.Currency.Code, bytes.AsSpan(1));
        Span<byte> rest = bytes.AsSpan(4);
        foreach (Guid id in (ReadOnlySpan<Guid>)[User, Device, Payment])
        {
            id.TryWriteBytes(rest, bigEndian: true, out _);
            rest = rest[16..];
        }

        BinaryPrimitives.WriteInt64BigEndian(rest, Amount.MinorUnits);
        BinaryPrimitives.WriteInt64BigEndian(rest[8..], ExpiresAtMs);
        Target.CopyTo(rest[16..]);
        return bytes;
    }

    /// <summary>
    /// Reads canonical bytes. False: the length, version or currency is none that exists. Amount, time, ids and target may still be refused; each has a
    /// status of its own.
    /// </summary>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, out WithdrawalOrder? order)
    {
        order = null;
        if (bytes.Length != Size || bytes[0] != Version)
        {
            return false;
        }

        Currency currency = new(Encoding.Latin1.GetString(bytes.Slice(1, 3)));
        if (!currency.IsKnown())
        {
            return false;
        }

        ReadOnlySpan<byte> ids = bytes[4..];
        ReadOnlySpan<byte> rest = bytes[(4 + (3 * 16))..];
        order = new WithdrawalOrder(
            new Guid(ids[..16], bigEndian: true),
            new Guid(ids.Slice(16, 16), bigEndian: true),
            new Guid(ids.Slice(32, 16), bigEndian: true),
            new Money(BinaryPrimitives.ReadInt64BigEndian(rest), currency),
            BinaryPrimitives.ReadInt64BigEndian(rest[8..]),
            rest[16..].ToArray());
        return true;
    }
}
