using XChat.GrainInterfaces.Wallets;
using XChat.Protocol.Wallets;

namespace XChat.Frontend.Wallets;

/// <summary>What disputes answer, as it goes to devices.</summary>
internal static class DisputeWireRecords
{
    public static DisputeResult Of(DisputeAnswered answered) => new(
        answered.Status,
        answered.Dispute is not { } dispute ? null : new DisputeView(
            dispute.Transfer.Value,
            dispute.Payer.Value,
            dispute.Payee.Value,
            Amount.Of(dispute.MinorUnits, dispute.Currency),
            dispute.State,
            dispute.Credited,
            dispute.CreditByMs,
            dispute.DecideByMs,
            dispute.DecidedAtMs));
}
