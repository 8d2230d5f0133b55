using XChat.Protocol.Wallets;

namespace XChat.GrainInterfaces.Wallets;

/// <summary>Typed references to what becomes of payments afterwards.</summary>
public static class DisputeGrainFactoryExtensions
{
    /// <summary>What becomes of a payment.</summary>
    public static IDisputeGrain Dispute(this IGrainFactory factory, TransferId payment) => factory.GetGrain<IDisputeGrain>(payment.Value);
}
