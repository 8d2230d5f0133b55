using System.Security.Cryptography;

using XChat.Crypto.Wallets;
using XChat.GrainInterfaces.Accounts;
using XChat.GrainInterfaces.Wallets;
using XChat.Protocol;
using XChat.Protocol.Accounts;
using XChat.Protocol.Wallets;

namespace XChat.Grains.Wallets;

/// <summary>Whether a signed order is one that its wallet carries out, before funds are looked at.</summary>
public static class PaymentRules
{
    /// <summary>The first refusal in the order of <see cref="WalletStatus"/>; accepted: it is up to the wallet's state.</summary>
    public static WalletStatus Check(WalletKey wallet, PayOrder request, PaymentOrder order, AccountDescription payer, long nowMs)
    {
        if (order.Transfer.IsEmpty || order.Payee == Guid.Empty)
        {
            return WalletStatus.OrderInvalid;
        }

        bool own = wallet.Kind == WalletKind.User && wallet.Owner == order.Payer
            && request.Caller == new Caller(new UserId(order.Payer), new DeviceId(order.Device));
        if (!own)
        {
            return WalletStatus.NotAllowed;
        }

        if (!IsSigned(request, order, payer))
        {
            return WalletStatus.SignatureInvalid;
        }

        if (order.ExpiresAtMs <= nowMs || order.ExpiresAtMs > nowMs + (Limits.OrderSeconds * 1000L))
        {
            return WalletStatus.OrderExpired;
        }

        if (order.Amount.Currency != wallet.Currency)
        {
            return WalletStatus.CurrencyMismatch;
        }

        if (order.Amount.MinorUnits <= 0)
        {
            return WalletStatus.AmountInvalid;
        }

        if (order.Amount.MinorUnits > Limits.TransferMinorUnits)
        {
            return WalletStatus.AmountTooLarge;
        }

        if (!IsSignedCard(request.Card, order))
        {
            return WalletStatus.CardInvalid;
        }

        return order.Payee == order.Payer ? WalletStatus.SelfPayment : WalletStatus.Accepted;
    }

    /// <summary>What the wallet decides on when the order is good.</summary>
    public static TransferCommand ToCommand(PayOrder request, PaymentOrder order, bool payeeExists)
    {
        WalletKey payee = WalletKey.Of(new UserId(order.Payee), order.Amount.Currency);
        TransferLeg leg = new(order.Transfer, payee, order.Amount.MinorUnits, order.Reason, 0, order.Reference);
        return new TransferCommand(order.Transfer, order.Payer, CommandDigest.Of(request), [leg])
        {
            AcceptanceMs = order.Kind == PaymentKind.WithAcceptance ? Limits.AcceptanceSeconds * 1000L : 0,
            Card = order.Conversation == Guid.Empty ? null : new PaymentCard(order.Conversation, new DeviceId(order.Device), request.Card),
            Refusal = payeeExists ? null : WalletStatus.PayeeUnknown,
        };
    }

    private static bool IsSigned(PayOrder request, PaymentOrder order, AccountDescription payer) =>
        payer.Devices.FirstOrDefault(device => device.Device.Value == order.Device) is { } device
        && PaymentSignature.Verify(device.SignatureKey, request.Order, request.Signature);

    /// <summary>The card is the one whose digest was signed; none has a digest of zeros, and no conversation has no card.</summary>
    private static bool IsSignedCard(byte[] card, PaymentOrder order)
    {
        if (card.Length > Limits.PaymentCardBytes || (card.Length > 0 && order.Conversation == Guid.Empty))
        {
            return false;
        }

        byte[] digest = card.Length == 0 ? new byte[PaymentOrder.DigestSize] : SHA256.HashData(card);
        return CryptographicOperations.FixedTimeEquals(digest, order.CardDigest);
    }
}
