using XChat.GrainInterfaces.Wallets;
using XChat.Protocol.Wallets;

namespace XChat.Frontend.Wallets;

/// <summary>What red packets and payment requests answer, as it goes to devices.</summary>
internal static class ChatPaymentRecords
{
    public static OpenRedPacketResult Of(RedPacketOpened opened) => opened.MinorUnits == 0
        ? new OpenRedPacketResult(opened.Status, null, Guid.Empty)
        : new OpenRedPacketResult(opened.Status, Amount.Of(opened.MinorUnits, opened.Currency), opened.Transfer.Value);

    public static RedPacketView Of(Guid packet, RedPacketDescription found) => new(
        packet,
        found.Conversation.Value,
        found.Payer.Value,
        found.Mode,
        Amount.Of(found.MinorUnits, found.Currency),
        found.Count,
        Amount.Of(found.LeftMinorUnits, found.Currency),
        found.ExpiresAtMs,
        found.Ended,
        Amount.Of(found.RefundMinorUnits, found.Currency),
        [.. found.Claims.Select(claim => new RedPacketClaimView(claim.User.Value, Amount.Of(claim.MinorUnits, found.Currency), claim.TimeMs))]);

    public static PaymentRequestResult Of(PaymentRequestDecided decided) => new(decided.Status, decided.ExpiresAtMs);

    public static PaymentRequestView Of(RequestDescription found) => new(
        found.Request,
        found.Conversation.Value,
        found.Requester.Value,
        found.Split,
        Amount.Of(found.TotalMinorUnits, found.Currency),
        found.CreatedAtMs,
        found.ExpiresAtMs,
        found.Status,
        [
            .. found.Shares.Select(share => new ShareView(
                share.User.Value, Amount.Of(share.MinorUnits, found.Currency), share.State, share.Transfer.Value)),
        ]);
}
