using System.Buffers.Binary;
using System.Security.Cryptography;

using XChat.Crypto.Wallets;
using XChat.GrainInterfaces.Accounts;
using XChat.GrainInterfaces.Wallets;
using XChat.Protocol;
using XChat.Protocol.Wallets;

namespace XChat.Grains.Wallets;

/// <summary>Whether a payer's code lets the caller take a payment, before funds are looked at.</summary>
public static class PayerCodeRules
{
    private const byte Tag = 4;

    /// <summary>The first refusal in the order of <see cref="WalletStatus"/>; accepted: it is up to the wallet's state.</summary>
    public static WalletStatus Check(WalletKey wallet, RedeemCode request, PayerCode code, AccountDescription payer, long nowMs)
    {
        if (code.Code == Guid.Empty || request.Caller.User.Value == Guid.Empty)
        {
            return WalletStatus.OrderInvalid;
        }

        if (wallet.Kind != WalletKind.User || wallet.Owner != code.Payer)
        {
            return WalletStatus.NotAllowed;
        }

        bool signed = payer.Devices.FirstOrDefault(device => device.Device.Value == code.Device) is { } signer
            && PayerCodeSignature.Verify(signer.SignatureKey, request.Code, request.Signature);
        if (!signed)
        {
            return WalletStatus.SignatureInvalid;
        }

        if (code.ExpiresAtMs <= nowMs || code.ExpiresAtMs > nowMs + ((Limits.PayerCodeSeconds + Limits.PayerCodeClockSeconds) * 1000L))
        {
            return WalletStatus.OrderExpired;
        }

        if (code.Most.Currency != wallet.Currency)
        {
            return WalletStatus.CurrencyMismatch;
        }

        if (request.MinorUnits <= 0)
        {
            return WalletStatus.AmountInvalid;
        }

        if (request.MinorUnits > Math.Min(code.Most.MinorUnits, Limits.TransferMinorUnits))
        {
            return WalletStatus.AmountTooLarge;
        }

        return request.Caller.User.Value == code.Payer ? WalletStatus.SelfPayment : WalletStatus.Accepted;
    }

    /// <summary>What the wallet decides on. The transfer has the code's id: the ledger takes an id once, and that is what makes a code single use.</summary>
    public static TransferCommand ToCommand(RedeemCode request, PayerCode code)
    {
        WalletKey payee = WalletKey.Of(request.Caller.User, code.Most.Currency);
        TransferId id = new(code.Code);
        return new TransferCommand(
            id, code.Payer, DigestOf(request), [new TransferLeg(id, payee, request.MinorUnits, TransferReason.Payment, 0, Guid.Empty)]);
    }

    /// <summary>Two redemptions of a code are the same if the same person takes the same amount by it.</summary>
    public static byte[] DigestOf(RedeemCode request)
    {
        byte[] amount = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(amount, request.MinorUnits);
        return SHA256.HashData([Tag, .. request.Code, .. request.Caller.User.Value.ToByteArray(bigEndian: true), .. amount]);
    }
}
