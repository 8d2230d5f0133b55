namespace XChat.GrainInterfaces.Wallets;

/// <summary>Typed references to rails and what goes over them.</summary>
public static class RailGrainFactoryExtensions
{
    /// <summary>A deposit or withdrawal.</summary>
    public static IRailPaymentGrain RailPayment(this IGrainFactory factory, Guid payment) => factory.GetGrain<IRailPaymentGrain>(payment);

    /// <summary>The rails.</summary>
    public static IRailDirectoryGrain RailDirectory(this IGrainFactory factory) => factory.GetGrain<IRailDirectoryGrain>(0);
}
