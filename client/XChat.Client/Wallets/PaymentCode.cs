using System.Buffers.Text;

using XChat.Crypto.Wallets;
using XChat.Protocol.Wallets;

namespace XChat.Client.Wallets;

/// <summary>What stands in a payment code that somebody has scanned: a merchant's, a link, or a payer's.</summary>
public abstract record PaymentCode
{
    private const string PayerStart = "xchat:payer?";

    private PaymentCode()
    {
    }

    /// <summary>Reads the text of a code; null when it is none of those.</summary>
    public static PaymentCode? Read(string? text)
    {
        if (MerchantCode.TryRead(text, out MerchantCode? merchant))
        {
            return new OfMerchant(merchant!);
        }

        if (PaymentLink.TryRead(text, out PaymentLink? link))
        {
            return new Link(link!);
        }

        if (text is null || !text.StartsWith(PayerStart, StringComparison.Ordinal) || text.Length > PayerStart.Length + 512
            || !Base64Url.IsValid(text.AsSpan(PayerStart.Length), out int length) || length != PayerCode.Size + PayerCodeSignature.Size)
        {
            return null;
        }

        byte[] bytes = Base64Url.DecodeFromChars(text.AsSpan(PayerStart.Length));
        return PayerCode.TryDecode(bytes.AsSpan(0, PayerCode.Size), out PayerCode? code)
            ? new OfPayer(code!, bytes[..PayerCode.Size], bytes[PayerCode.Size..])
            : null;
    }

    internal static string WritePayer(byte[] code, byte[] signature) => PayerStart + Base64Url.EncodeToString([.. code, .. signature]);

    /// <summary>A merchant's: whom to pay, and maybe how much.</summary>
    public sealed record OfMerchant(MerchantCode Code) : PaymentCode;

    /// <summary>A link that asks to be paid.</summary>
    public sealed record Link(PaymentLink Value) : PaymentCode;

    /// <summary>A payer's: whoever has it may take a payment up to <c>Code.Most</c> until it ends.</summary>
    public sealed record OfPayer(PayerCode Code, byte[] Bytes, byte[] Signature) : PaymentCode;
}
