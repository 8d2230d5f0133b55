using XChat.GrainInterfaces.Wallets;
using XChat.Protocol.Wallets;

namespace XChat.Frontend.Wallets;

/// <summary>What rails and payments over them answer, as it goes to devices.</summary>
internal static class RailWireRecords
{
    public static RailView Of(RailDescription rail) => new(
        rail.Rail,
        rail.Name,
        rail.PlayMoney,
        rail.Deposits,
        rail.Withdrawals,
        rail.DestinationNeeded,
        [.. rail.Currencies.Select(currency => currency.Code).Order(StringComparer.Ordinal)]);

    public static RailPaymentResult Of(RailPaymentDecided decided) =>
        new(decided.Status, decided.Wallet, decided.Payment is { } payment ? Of(payment) : null);

    private static RailPaymentView Of(RailPaymentDescription payment) => new(
        payment.Payment,
        payment.Rail,
        payment.Kind,
        payment.State,
        Amount.Of(payment.MinorUnits, payment.Currency),
        Amount.Of(payment.ReturnedMinorUnits, payment.Currency),
        Amount.Of(payment.OwedMinorUnits, payment.Currency),
        payment.Transfer.Value,
        payment.Instruction,
        payment.Failure,
        payment.CreatedAtMs,
        payment.ChangedAtMs);
}
