using System.Buffers.Binary;
using System.Text;

namespace XChat.Protocol.Wallets;

/// <summary>How a payment completes.</summary>
public enum PaymentKind
{
    /// <summary>Unknown to this client's version.</summary>
    Unspecified = 0,

    /// <summary>At once.</summary>
    Instant = 1,

    /// <summary>When the payee accepts, within <see cref="Limits.AcceptanceSeconds"/>; declined, recalled or expired money goes back.</summary>
    WithAcceptance = 2,
}

/// <summary>
/// What a payer's device signs, and all that it signs: who pays whom how much, by which transfer, until when, how, and with which card. Its
/// canonical bytes are what travels, so that nothing has to be encoded anew to be verified; changing any of them voids the signature.
/// </summary>
/// <param name="Payer">The paying user, whose wallet in the currency is debited.</param>
/// <param name="Device">The payer's device that signs.</param>
/// <param name="Payee">The user who is paid.</param>
/// <param name="Amount">How much.</param>
/// <param name="Transfer">The transfer's id, and that of its card's message.</param>
/// <param name="ExpiresAtMs">When the order stops to be payable, Unix milliseconds. A payment that waits for acceptance has its own clock.</param>
/// <param name="Kind">How it completes.</param>
/// <param name="Reason"><see cref="TransferReason.Payment"/>, <see cref="TransferReason.RequestPaid"/>, <see cref="TransferReason.SplitShare"/> or
/// <see cref="TransferReason.Refund"/>.</param>
/// <param name="Conversation">Where the card appears; the empty UUID for none.</param>
/// <param name="Reference">The request or split that is paid, or the payment that is given back; the empty UUID for none.</param>
/// <param name="CardDigest">SHA-256 of the encrypted card; 32 zero bytes for none.</param>
public sealed record PaymentOrder(
    Guid Payer,
    Guid Device,
    Guid Payee,
    Money Amount,
    TransferId Transfer,
    long ExpiresAtMs,
    PaymentKind Kind,
    TransferReason Reason,
    Guid Conversation,
    Guid Reference,
    byte[] CardDigest)
{
    /// <summary>Length of the canonical bytes.</summary>
    public const int Size = 3 + 3 + (6 * 16) + (2 * 8) + DigestSize;

    /// <summary>Length of a card's digest, bytes.</summary>
    public const int DigestSize = 32;

    private const byte Version = 1;

    /// <summary>
    /// The canonical bytes: version 1, kind, reason (a byte each), the currency's three letters, payer, device, payee, transfer,
    /// conversation, reference (16 bytes each), amount and expiry (8 bytes each), card digest (32 bytes); numbers and UUIDs big-endian.
    /// </summary>
    /// <exception cref="InvalidOperationException">The currency is not known or the digest not 32 bytes long.</exception>
    public byte[] Encode()
    {
        if (!Amount.Currency.IsKnown() || CardDigest.Length != DigestSize)
        {
            throw new InvalidOperationException("An order has a currency of ISO 4217 and a digest of 32 bytes.");
        }

        byte[] bytes = new byte[Size];
        (bytes[0], bytes[1], bytes[2]) = (Version, checked((byte)Kind), checked((byte)Reason));
        Encoding.ASCII.GetBytes(Amount.Currency.Code, bytes.AsSpan(3));
        Span<byte> rest = bytes.AsSpan(6);
        foreach (Guid id in (ReadOnlySpan<Guid>)[Payer, Device, Payee, Transfer.Value, Conversation, Reference])
        {
            id.TryWriteBytes(rest, bigEndian: true, out _);
            rest = rest[16..];
        }

        BinaryPrimitives.WriteInt64BigEndian(rest, Amount.MinorUnits);
        BinaryPrimitives.WriteInt64BigEndian(rest[8..], ExpiresAtMs);
        CardDigest.CopyTo(rest[16..]);
        return bytes;
    }

    /// <summary>
    /// Reads canonical bytes. False: the length, version, kind, reason or currency is none that exists. Amount, time and ids may still be
    /// refused; each has a status of its own.
    /// </summary>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, out PaymentOrder? order)
    {
        order = null;
        if (bytes.Length != Size || bytes[0] != Version)
        {
            return false;
        }

        (PaymentKind kind, TransferReason reason) = ((PaymentKind)bytes[1], (TransferReason)bytes[2]);
        Currency currency = new(Encoding.Latin1.GetString(bytes.Slice(3, 3)));
        if (kind is not (PaymentKind.Instant or PaymentKind.WithAcceptance)
            || reason is not (TransferReason.Payment or TransferReason.RequestPaid or TransferReason.SplitShare or TransferReason.Refund)
            || !currency.IsKnown())
        {
            return false;
        }

        ReadOnlySpan<byte> ids = bytes[6..];
        ReadOnlySpan<byte> rest = bytes[(6 + (6 * 16))..];
        order = new PaymentOrder(
            Id(ids, 0),
            Id(ids, 1),
            Id(ids, 2),
            new Money(BinaryPrimitives.ReadInt64BigEndian(rest), currency),
            new TransferId(Id(ids, 3)),
            BinaryPrimitives.ReadInt64BigEndian(rest[8..]),
            kind,
            reason,
            Id(ids, 4),
            Id(ids, 5),
            rest[16..].ToArray());
        return true;
    }

    private static Guid Id(ReadOnlySpan<byte> ids, int index) => new(ids.Slice(index * 16, 16), bigEndian: true);
}
