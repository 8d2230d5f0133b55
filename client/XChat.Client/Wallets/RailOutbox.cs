using MessagePack;

using NSec.Cryptography;

using XChat.Client.Conversations;
using XChat.Client.Store;
using XChat.Crypto.Wallets;
using XChat.Protocol.Wallets;

namespace XChat.Client.Wallets;

/// <summary>
/// Orders deposits and withdrawals. An order is stored before it leaves; after a lost answer the same order is sent again, now or with the next
/// connection, so that one call is one payment at most.
/// </summary>
internal sealed class RailOutbox(ChatContext context)
{
    /// <summary>How long a server may take a withdrawal for payable: long enough for a device that is offline for a while.</summary>
    private static readonly TimeSpan Payable = TimeSpan.FromHours(12);

    private readonly Lock _lock = new();

    public Task<RailPaymentView> DepositAsync(string rail, Money amount, CancellationToken cancellationToken)
    {
        Guid payment = Guid.CreateVersion7();
        DepositRequest request = new(payment, rail, Amount.Of(amount));
        byte[] bytes = MessagePackSerializer.Serialize(request, cancellationToken: cancellationToken);
        return OrderAsync(new RailOrder(payment, RailPaymentKind.Deposit, bytes), cancellationToken);
    }

    public Task<RailPaymentView> WithdrawAsync(string rail, Money amount, string destination, CancellationToken cancellationToken)
    {
        Guid payment = Guid.CreateVersion7();
        byte[] order = new WithdrawalOrder(
            context.Device.User, context.Device.Device, payment, amount, (context.Time.GetUtcNow() + Payable).ToUnixTimeMilliseconds(),
            WithdrawalOrder.TargetOf(rail, destination)).Encode();
        Key signing = context.Device.Signing;
        WithdrawRequest request = new(order, WithdrawalSignature.Sign(signing, order), rail, destination);
        byte[] bytes = MessagePackSerializer.Serialize(request, cancellationToken: cancellationToken);
        return OrderAsync(new RailOrder(payment, RailPaymentKind.Withdrawal, bytes), cancellationToken);
    }

    /// <summary>Sends what earlier runs left unanswered. What the server refuses is forgotten.</summary>
    public async Task ResumeAsync(CancellationToken cancellationToken)
    {
        foreach (RailOrder order in context.Store.Read(Read))
        {
            try
            {
                await SendAsync(order, cancellationToken);
            }
            catch (XChatException refused) when (refused.Reason == ClientErrorReason.Refused)
            {
                // Whoever asked for it was told, or was not there any more to be told.
            }
        }
    }

    private Task<RailPaymentView> OrderAsync(RailOrder order, CancellationToken cancellationToken)
    {
        Change(orders => [.. orders, order]);
        return SendAsync(order, cancellationToken);
    }

    private async Task<RailPaymentView> SendAsync(RailOrder order, CancellationToken cancellationToken)
    {
        RailPaymentResult result = order.Kind == RailPaymentKind.Deposit
            ? await CallAsync(MessagePackSerializer.Deserialize<DepositRequest>(order.Request, cancellationToken: cancellationToken), cancellationToken)
            : await CallAsync(MessagePackSerializer.Deserialize<WithdrawRequest>(order.Request, cancellationToken: cancellationToken), cancellationToken);
        Change(orders => [.. orders.Where(one => one.Payment != order.Payment)]);
        return result is { Status: RailPaymentStatus.Accepted or RailPaymentStatus.AlreadyAccepted, Payment: { } payment }
            ? payment
            : throw PaymentRefusals.Of(
                result.Status, result.Wallet, order.Kind == RailPaymentKind.Deposit ? "Nothing was deposited" : "Nothing was withdrawn");
    }

    private Task<RailPaymentResult> CallAsync(DepositRequest request, CancellationToken cancellationToken) =>
        context.Server.CallAsync(hub => hub.Deposit(request), cancellationToken);

    private Task<RailPaymentResult> CallAsync(WithdrawRequest request, CancellationToken cancellationToken) =>
        context.Server.CallAsync(hub => hub.Withdraw(request), cancellationToken);

    private void Change(Func<RailOrder[], RailOrder[]> change)
    {
        lock (_lock)
        {
            context.Store.Write(transaction => transaction.PutSetting(RailOrder.Setting, change(Read(transaction))));
        }
    }

    private static RailOrder[] Read(StoreTransaction transaction) => transaction.Setting<RailOrder[]>(RailOrder.Setting) ?? [];
}
