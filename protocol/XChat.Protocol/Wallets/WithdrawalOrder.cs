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
    public const int Size = OrderHead.Size + TargetSize;

    /// <summary>Length of <see cref="Target"/>.</summary>
    public const int TargetSize = SHA256.HashSizeInBytes;

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
        if (Target.Length != TargetSize)
        {
            throw new InvalidOperationException("An order to withdraw has a target of 32 bytes.");
        }

        byte[] bytes = new byte[Size];
        new OrderHead(User, Device, Payment, Amount, ExpiresAtMs).Write(bytes);
        Target.CopyTo(bytes, OrderHead.Size);
        return bytes;
    }

    /// <summary>
    /// Reads canonical bytes. False: the length, version or currency is none that exists. Amount, time, ids and target may still be refused; each has a
    /// status of its own.
    /// </summary>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, out WithdrawalOrder? order)
    {
        order = bytes.Length == Size && OrderHead.Read(bytes) is { } head
            ? new WithdrawalOrder(head.First, head.Second, head.Third, head.Amount, head.ExpiresAtMs, bytes[OrderHead.Size..].ToArray())
            : null;
        return order is not null;
    }
}
