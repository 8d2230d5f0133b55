using System.Buffers.Binary;
using System.Text;

namespace XChat.Protocol.Wallets;

/// <summary>
/// What a payer shows to somebody who is to be paid at once: whoever reads it may take one payment up to an amount, within a minute. The payer's device
/// signs the canonical bytes and needs no connection; the payer's wallet takes each code once.
/// </summary>
/// <param name="Payer">The paying user.</param>
/// <param name="Device">The payer's device that signs.</param>
/// <param name="Code">The code's id, which is that of the transfer that it becomes.</param>
/// <param name="Most">The most that may be taken.</param>
/// <param name="ExpiresAtMs">When it stops to count, Unix milliseconds.</param>
public sealed record PayerCode(Guid Payer, Guid Device, Guid Code, Money Most, long ExpiresAtMs)
{
    /// <summary>Length of the canonical bytes.</summary>
    public const int Size = 1 + 3 + (3 * 16) + 8 + 8;

    private const byte Version = 1;

    /// <summary>
    /// The canonical bytes: version 1, the currency's three letters, payer, device, code (16 bytes each), amount and expiry (8 bytes each); numbers and
    /// UUIDs big-endian.
    /// </summary>
    /// <exception cref="InvalidOperationException">The currency is not known.</exception>
    public byte[] Encode()
    {
        if (!Most.Currency.IsKnown())
        {
            throw new InvalidOperationException("A code has a currency of ISO 4217.");
        }

        byte[] bytes = new byte[Size];
        bytes[0] = Version;
        Encoding.ASCII.GetBytes(Most.Currency.Code, bytes.AsSpan(1));
        Span<byte> rest = bytes.AsSpan(4);
        foreach (Guid id in (ReadOnlySpan<Guid>)[Payer, Device, Code])
        {
            id.TryWriteBytes(rest, bigEndian: true, out _);
            rest = rest[16..];
        }

        BinaryPrimitives.WriteInt64BigEndian(rest, Most.MinorUnits);
        BinaryPrimitives.WriteInt64BigEndian(rest[8..], ExpiresAtMs);
        return bytes;
    }

    /// <summary>Reads canonical bytes. False: the length, version or currency is none that exists. The rest may still be refused, with a status.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, out PayerCode? code)
    {
        code = null;
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
        code = new PayerCode(
            new Guid(ids[..16], bigEndian: true),
            new Guid(ids.Slice(16, 16), bigEndian: true),
            new Guid(ids.Slice(32, 16), bigEndian: true),
            new Money(BinaryPrimitives.ReadInt64BigEndian(rest), currency),
            BinaryPrimitives.ReadInt64BigEndian(rest[8..]));
        return true;
    }
}
