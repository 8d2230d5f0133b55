using XChat.Crypto.Wallets;
using XChat.Frontend.Requests;
using XChat.Frontend.Wallets;
using XChat.GrainInterfaces.Wallets;
using XChat.Protocol;
using XChat.Protocol.Wallets;

namespace XChat.Frontend;

internal sealed partial class ChatHub
{
    public async Task<PaymentResult> Pay(PayRequest request)
    {
        byte[] bytes = Field.BytesOf(Field.Required(request).Order, PaymentOrder.Size);
        byte[] signature = Field.BytesOf(request.Signature, PaymentSignature.Size);
        // A card that is too long has a status of its own; the hub's message size bounds it.
        byte[] card = request.Card ?? [];
        if (!PaymentOrder.TryDecode(bytes, out PaymentOrder? order) || order is null)
        {
            return new PaymentResult(WalletStatus.OrderInvalid, 0, 0, 0);
        }

        PayOrder pay = new(Caller, bytes, signature, card);
        if (order.Reason is TransferReason.RequestPaid or TransferReason.SplitShare)
        {
            // The request lets a share be paid once, and has the wallet decide the rest.
            return WalletWireRecords.Of((await cluster.PaymentRequest(order.Reference).Pay(pay)).Payment);
        }

        if (order.Reason == TransferReason.Refund)
        {
            // The payment that is given back knows how much is left of it.
            return WalletWireRecords.Of(await cluster.Dispute(new TransferId(order.Reference)).Refund(pay));
        }

        // The caller's own wallet decides, whoever the order says pays.
        return WalletWireRecords.Of(
            await cluster.Wallet(Caller.User, order.Amount.Currency).Pay(pay));
    }

    public async Task<PaymentResult> ResolvePayment(ResolvePaymentRequest request)
    {
        TransferId command = new(Field.Id(Field.Required(request).Command));
        TransferId transfer = new(Field.Id(request.Transfer));
        PaymentAnswer answer = Field.Known(request.Answer);
        if ((await cluster.WalletList(Caller.User).FindTransfer(new FindTransfer(Caller, transfer))).Transfer is not { } found)
        {
            return new PaymentResult(WalletStatus.PendingNotFound, 0, 0, 0);
        }

        // To decline is the payee's and to recall the payer's, though both free the money.
        bool mayDo = WalletWireRecords.UserOf(answer == PaymentAnswer.Recall ? found.Debit : found.Credit) == Caller.User.Value;
        if (!mayDo)
        {
            return new PaymentResult(WalletStatus.NotAllowed, 0, 0, 0);
        }

        PendingResolution resolution = answer == PaymentAnswer.Accept ? PendingResolution.Post : PendingResolution.Void;
        return WalletWireRecords.Of(
            await cluster.Wallet(found.Debit).Resolve(new ResolvePending(command, Caller.User, transfer, resolution, 0)));
    }

    public async Task<GetBalancesResult> GetBalances(GetBalancesRequest request)
    {
        Currency? only = Field.Required(request).Currency is null ? null : Field.Currency(request.Currency);
        WalletList list = await cluster.WalletList(Caller.User).List(new ListWallets(Caller));
        return new GetBalancesResult(
            [.. list.Wallets.Where(wallet => only is null || wallet.Currency == only).Select(WalletWireRecords.Of)]);
    }

    public async Task<GetStatementResult> GetStatement(GetStatementRequest request)
    {
        Currency currency = Field.Currency(Field.Required(request).Currency);
        TransferReason reason = request.Reason == TransferReason.Unspecified ? request.Reason : Field.Known(request.Reason);
        StatementDirection direction = request.Direction == StatementDirection.Both ? request.Direction : Field.Known(request.Direction);
        ReadStatement read = new(
            Field.NotNegative(request.Before),
            Field.InRange(request.Limit, 1, Limits.StatementEntriesPerPage),
            new StatementFilter(Field.UnixMs(request.FromMs), Field.UnixMs(request.UntilMs), reason, direction));
        return WalletWireRecords.Of(currency, await cluster.Wallet(Caller.User, currency).Statement(read));
    }

    public async Task<GetTransferResult> GetTransfer(Guid transfer)
    {
        TransferId id = new(Field.Id(transfer));
        TransferFound found = await cluster.WalletList(Caller.User).FindTransfer(new FindTransfer(Caller, id));
        return new GetTransferResult(found.Transfer is null ? null : WalletWireRecords.Of(found.Transfer));
    }
}
