using System.Buffers.Binary;
using System.Text;

namespace XChat.Protocol.Wallets;

/// <summary>
/// With what the canonical bytes of a withdrawal and of a payer's code begin: version 1, the currency's three letters, three UUIDs of 16 bytes, amount and
/// expiry of 8 bytes each, all big-endian. What is signed with them keeps the two apart.
/// </summary>
internal readonly record struct OrderHead(Guid First, Guid Second, Guid Third, Money Amount, long ExpiresAtMs)
{
    /// <summary>Length of the bytes.</summary>
    public const int Size = 1 + 3 + (3 * 16) + 8 + 8;

    private const byte Version = 1;

    /// <summary>Writes it at the beginning.</summary>
    /// <exception cref="InvalidOperationException">The currency is not known.</exception>
    public void Write(Span<byte> bytes)
    {
        if (!Amount.Currency.IsKnown())
        {
            throw new InvalidOperationException("What is signed has a currency of ISO 4217.");
        }

        bytes[0] = Version;
        Encoding.ASCII.GetBytes(Amount.Currency.Code, bytes[1..]);
        Span<byte> rest = bytes[4..];
        foreach (Guid id in (ReadOnlySpan<Guid>)[First, Second, Third])
        {
            id.TryWriteBytes(rest, bigEndian: true, out _);
            rest = rest[16..];
        }

        BinaryPrimitives.WriteInt64BigEndian(rest, Amount.MinorUnits);
        BinaryPrimitives.WriteInt64BigEndian(rest[8..], ExpiresAtMs);
    }

    /// <summary>Reads it; what comes after it is the caller's. Null: too short, or the version or currency is none that exists.</summary>
    public static OrderHead? Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < Size || bytes[0] != Version)
        {
            return null;
        }

        Currency currency = new(Encoding.Latin1.GetString(bytes.Slice(1, 3)));
        ReadOnlySpan<byte> ids = bytes[4..];
        ReadOnlySpan<byte> rest = bytes[(4 + (3 * 16))..];
        return currency.IsKnown()
            ? new OrderHead(
                new Guid(ids[..16], bigEndian: true),
                new Guid(ids.Slice(16, 16), bigEndian: true),
                new Guid(ids.Slice(32, 16), bigEndian: true),
                new Money(BinaryPrimitives.ReadInt64BigEndian(rest), currency),
                BinaryPrimitives.ReadInt64BigEndian(rest[8..]))
            : null;
    }
}
