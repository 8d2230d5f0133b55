using System.Buffers.Binary;
using System.Text;

namespace XChat.Protocol.Wallets;

/// <summary>
/// What the payer's device signs to fill a red packet. Its canonical bytes are what travels; changing any of them voids the signature, and none
/// of them can pass for those of a <see cref="PaymentOrder"/>.
/// </summary>
/// <param name="Payer">The paying user, whose wallet in the currency is debited.</param>
/// <param name="Device">The payer's device that signs.</param>
/// <param name="Packet">The packet's id; also that of the transfer that fills it, and of its card's message.</param>
/// <param name="Conversation">The group whose members may open it.</param>
/// <param name="Amount">How much there is in all.</param>
/// <param name="Count">How many people may open it.</param>
/// <param name="Mode">How it is shared out.</param>
/// <param name="ExpiresAtMs">When the order stops to be payable, Unix milliseconds. The packet has its own clock.</param>
public sealed record RedPacketOrder(
    Guid Payer,
    Guid Device,
    Guid Packet,
    Guid Conversation,
    Money Amount,
    int Count,
    RedPacketMode Mode,
    long ExpiresAtMs)
{
    /// <summary>Length of the canonical bytes.</summary>
    public const int Size = 2 + 3 + (4 * 16) + 8 + 4 + 8;

    private const byte Version = 1;

    /// <summary>
    /// The canonical bytes: version 1, mode (a byte each), the currency's three letters, payer, device, packet, conversation (16 bytes each), amount
    /// (8 bytes), count (4 bytes), expiry (8 bytes); numbers and UUIDs big-endian.
    /// </summary>
    /// <exception cref="InvalidOperationException">The currency is not known.</exception>
    public byte[] Encode()
    {
        if (!Amount.Currency.IsKnown())
        {
            throw new InvalidOperationException("An order has a currency of ISO 4217.");
        }

        byte[] bytes = new byte[Size];
        (bytes[0], bytes[1]) = (Version, checked((byte)Mode));
        Encoding.ASCII.GetBytes(Amount.Currency.Code, bytes.AsSpan(2));
        Span<byte> rest = bytes.AsSpan(5);
        foreach (Guid id in (ReadOnlySpan<Guid>)[Payer, Device, Packet, Conversation])
        {
            id.TryWriteBytes(rest, bigEndian: true, out _);
            rest = rest[16..];
        }

        BinaryPrimitives.WriteInt64BigEndian(rest, Amount.MinorUnits);
        BinaryPrimitives.WriteInt32BigEndian(rest[8..], Count);
        BinaryPrimitives.WriteInt64BigEndian(rest[12..], ExpiresAtMs);
        return bytes;
    }

    /// <summary>
    /// Reads canonical bytes. False: the length, version, mode or currency is none that exists. Amount, count, time and ids may still be refused;
    /// each has a status of its own.
    /// </summary>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, out RedPacketOrder? order)
    {
        order = null;
        if (bytes.Length != Size || bytes[0] != Version)
        {
            return false;
        }

        RedPacketMode mode = (RedPacketMode)bytes[1];
        Currency currency = new(Encoding.Latin1.GetString(bytes.Slice(2, 3)));
        if (mode is not (RedPacketMode.Equal or RedPacketMode.Lucky) || !currency.IsKnown())
        {
            return false;
        }

        ReadOnlySpan<byte> ids = bytes[5..];
        ReadOnlySpan<byte> rest = bytes[(5 + (4 * 16))..];
        order = new RedPacketOrder(
            Id(ids, 0),
            Id(ids, 1),
            Id(ids, 2),
            Id(ids, 3),
            new Money(BinaryPrimitives.ReadInt64BigEndian(rest), currency),
            BinaryPrimitives.ReadInt32BigEndian(rest[8..]),
            mode,
            BinaryPrimitives.ReadInt64BigEndian(rest[12..]));
        return true;
    }

    private static Guid Id(ReadOnlySpan<byte> ids, int index) => new(ids.Slice(index * 16, 16), bigEndian: true);
}
