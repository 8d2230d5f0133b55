using XChat.Crypto.Wallets;
using XChat.Frontend.Requests;
using XChat.Frontend.Wallets;
using XChat.GrainInterfaces.Wallets;
using XChat.Protocol;
using XChat.Protocol.Accounts;
using XChat.Protocol.Wallets;

namespace XChat.Frontend;

internal sealed partial class ChatHub
{
    public async Task<ListRailsResult> ListRails(ListRailsRequest request)
    {
        Currency? only = Field.Required(request).Currency is null ? null : Field.Currency(request.Currency);
        RailList list = await cluster.RailDirectory().List(new ListRails());
        return new ListRailsResult(
            [.. list.Rails.Where(rail => only is not { } currency || rail.Currencies.Contains(currency)).Select(RailWireRecords.Of)]);
    }

    public async Task<RailPaymentResult> Deposit(DepositRequest request)
    {
        Guid payment = Field.Id(Field.Required(request).Payment);
        string rail = Field.Text(request.Rail, Limits.RailNameLength);
        Money amount = MoneyField.Read(request.Amount);
        return RailWireRecords.Of(
            await cluster.RailPayment(payment).Deposit(new DepositOverRail(Caller, rail, amount.Currency, amount.MinorUnits)));
    }

    public async Task<RailPaymentResult> Withdraw(WithdrawRequest request)
    {
        byte[] bytes = Field.BytesOf(Field.Required(request).Order, WithdrawalOrder.Size);
        byte[] signature = Field.BytesOf(request.Signature, WithdrawalSignature.Size);
        string rail = Field.Text(request.Rail, Limits.RailNameLength);
        // Where it goes to has a status of its own; no more than could ever be one is passed on.
        string destination = Field.Required(request.Destination).Length == 0
            ? request.Destination
            : Field.Text(request.Destination, Limits.RailDestinationLength);
        if (!WithdrawalOrder.TryDecode(bytes, out WithdrawalOrder? order) || order is null || order.Payment == Guid.Empty)
        {
            throw Field.Wrong(nameof(request.Order), "is no withdrawal order of this version");
        }

        return RailWireRecords.Of(
            await cluster.RailPayment(order.Payment).Withdraw(new WithdrawOverRail(Caller, bytes, signature, rail, destination)));
    }

    public async Task<PaymentResult> RedeemPayerCode(RedeemPayerCodeRequest request)
    {
        byte[] bytes = Field.BytesOf(Field.Required(request).Code, PayerCode.Size);
        byte[] signature = Field.BytesOf(request.Signature, PayerCodeSignature.Size);
        Money amount = MoneyField.Read(request.Amount);
        if (!PayerCode.TryDecode(bytes, out PayerCode? code) || code is null || code.Payer == Guid.Empty)
        {
            throw Field.Wrong(nameof(request.Code), "is no payer's code of this version");
        }

        // The payer's own wallet decides what the code allows.
        return amount.Currency != code.Most.Currency
            ? new PaymentResult(WalletStatus.CurrencyMismatch, 0, 0, 0)
            : WalletWireRecords.Of(await cluster.Wallet(new UserId(code.Payer), code.Most.Currency)
                .Redeem(new RedeemCode(Caller, bytes, signature, amount.MinorUnits)));
    }

    public async Task<RailPaymentResult> GetRailPayment(Guid payment) =>
        RailWireRecords.Of(await cluster.RailPayment(Field.Id(payment)).Describe(new DescribeRailPayment(Caller)));
}
