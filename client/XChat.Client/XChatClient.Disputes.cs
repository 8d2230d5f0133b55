using XChat.Client.Wallets;
using XChat.Protocol.Wallets;

namespace XChat.Client;

/// <summary>What becomes of payments afterwards: money given back, and payments that their payer disputes.</summary>
public sealed partial class XChatClient
{
    /// <summary>Gives back money that came by a payment: all that is left of it, or an amount. It is a payment of its own, under the same promises.</summary>
    /// <exception cref="XChatException"><see cref="ClientErrorReason.NotFound"/>, <see cref="ClientErrorReason.InvalidInput"/>: nothing was sent.</exception>
    public async Task<PaymentOutcome> RefundAsync(
        Guid transfer, Money? amount = null, string? pin = null, CancellationToken cancellationToken = default)
    {
        TransferReceipt receipt = await GetTransferAsync(transfer, cancellationToken);
        if (receipt.Payee != RequireSelf().User || receipt.Payer == Guid.Empty || !Amount.TryRead(receipt.Settled, out Money came))
        {
            throw XChatException.Of(ClientErrorReason.InvalidInput, nameof(WalletStatus.NotRefundable), "only who was paid by a person gives it back.");
        }

        PaymentDraft draft = new(receipt.Payer, amount ?? came) { Reason = TransferReason.Refund, Reference = transfer, Pin = pin };
        return await PayAsync(draft, cancellationToken);
    }

    /// <summary>Disputes a payment of this person. The operator reads the reason: it is not encrypted.</summary>
    /// <exception cref="XChatException"><see cref="ClientErrorReason.Refused"/>: the text begins with the status.</exception>
    public async Task<DisputeView> OpenDisputeAsync(Guid transfer, string reason, CancellationToken cancellationToken = default) =>
        Read(await Context.Server.CallAsync(hub => hub.OpenDispute(new OpenDisputeRequest(transfer, reason)), cancellationToken), "Nothing was disputed");

    /// <summary>Takes a dispute back; the payment stands, and what was credited goes back.</summary>
    /// <exception cref="XChatException"><see cref="ClientErrorReason.Refused"/>: the text begins with the status.</exception>
    public async Task<DisputeView> WithdrawDisputeAsync(Guid transfer, CancellationToken cancellationToken = default) =>
        Read(await Context.Server.CallAsync(hub => hub.WithdrawDispute(transfer), cancellationToken), "Nothing was taken back");

    /// <summary>The dispute about a payment to which this person is a party.</summary>
    /// <exception cref="XChatException"><see cref="ClientErrorReason.Refused"/>: there is none; the text begins with the status.</exception>
    public async Task<DisputeView> GetDisputeAsync(Guid transfer, CancellationToken cancellationToken = default) =>
        Read(await Context.Server.CallAsync(hub => hub.GetDispute(transfer), cancellationToken), "There is nothing to show");

    private static DisputeView Read(DisputeResult result, string what) =>
        result.Status is DisputeStatus.Accepted or DisputeStatus.AlreadyAccepted && result.Dispute is { } dispute
            ? dispute
            : throw PaymentRefusals.Of(result.Status, what);
}
