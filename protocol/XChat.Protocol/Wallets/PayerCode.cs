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
    public const int Size = OrderHead.Size;

    /// <summary>
    /// The canonical bytes: version 1, the currency's three letters, payer, device, code (16 bytes each), amount and expiry (8 bytes each); numbers and
    /// UUIDs big-endian.
    /// </summary>
    /// <exception cref="InvalidOperationException">The currency is not known.</exception>
    public byte[] Encode()
    {
        byte[] bytes = new byte[Size];
        new OrderHead(Payer, Device, Code, Most, ExpiresAtMs).Write(bytes);
        return bytes;
    }

    /// <summary>Reads canonical bytes. False: the length, version or currency is none that exists. The rest may still be refused, with a status.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, out PayerCode? code)
    {
        code = bytes.Length == Size && OrderHead.Read(bytes) is { } head
            ? new PayerCode(head.First, head.Second, head.Third, head.Amount, head.ExpiresAtMs)
            : null;
        return code is not null;
    }
}
