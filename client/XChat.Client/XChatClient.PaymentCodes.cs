using XChat.Client.Wallets;
using XChat.Crypto.Wallets;
using XChat.Protocol;
using XChat.Protocol.Wallets;

namespace XChat.Client;

/// <summary>Payment codes: what is shown to pay and to be paid.</summary>
public sealed partial class XChatClient
{
    /// <summary>
    /// A code to show to somebody who is to be paid: whoever reads it may take one payment up to an amount within a minute, without asking again. It is
    /// made on this device alone.
    /// </summary>
    /// <param name="most">The most that may be taken.</param>
    /// <param name="pin">The PIN for payments of this device; needed for amounts that are not small or few, if one is set.</param>
    public string MakePayerCode(Money most, string? pin = null)
    {
        PaymentPin.Admit(RequireAmount(most), pin);
        PayerCode code = new(
            Context.Device.User, Context.Device.Device, Guid.CreateVersion7(), most,
            (Context.Time.GetUtcNow() + TimeSpan.FromSeconds(Limits.PayerCodeSeconds)).ToUnixTimeMilliseconds());
        byte[] bytes = code.Encode();
        return PaymentCode.WritePayer(bytes, PayerCodeSignature.Sign(Context.Device.Signing, bytes));
    }

    /// <summary>A code to show to payers, with an amount or for any. Other wallets can read it; in XChat it pays this person.</summary>
    /// <exception cref="XChatException">
    /// <see cref="ClientErrorReason.InvalidInput"/>: a text is too long or has letters that the scheme cannot carry.
    /// </exception>
    public string MakeMerchantCode(string name, string city, Currency currency, Money? amount = null, string reference = "")
    {
        try
        {
            return new MerchantCode(RequireSelf().User, name, city, amount?.MinorUnits, currency, reference).Write();
        }
        catch (InvalidOperationException wrong)
        {
            throw XChatException.Of(ClientErrorReason.InvalidInput, "CodeInvalid", wrong.Message, wrong);
        }
    }

    /// <summary>A link that asks to pay this person.</summary>
    public string MakePaymentLink(Money? amount = null, string memo = "")
    {
        ArgumentNullException.ThrowIfNull(memo);
        string text = new PaymentLink(RequireSelf().Handle.TrimStart('@'), amount, memo).Write();
        return PaymentLink.TryRead(text, out _)
            ? text
            : throw XChatException.Of(
                ClientErrorReason.InvalidInput, "CodeInvalid", $"a memo in a link has at most {PaymentLink.MostMemoCharacters} characters.");
    }

    /// <summary>Takes a payment by a payer's code. Repeating it with the same amount takes nothing more.</summary>
    public async Task<PaymentOutcome> RedeemPayerCodeAsync(PaymentCode.OfPayer code, Money amount, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(code);
        PaymentResult result = await Context.Server.CallAsync(
            hub => hub.RedeemPayerCode(new RedeemPayerCodeRequest(code.Bytes, code.Signature, Amount.Of(RequireAmount(amount)))), cancellationToken);
        return PaymentOutcome.Of(code.Code.Code, result);
    }
}
