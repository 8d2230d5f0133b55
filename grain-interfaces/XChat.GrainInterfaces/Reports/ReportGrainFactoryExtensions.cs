using XChat.Protocol.Accounts;

namespace XChat.GrainInterfaces.Reports;

/// <summary>Typed references to the grains of this domain.</summary>
public static class ReportGrainFactoryExtensions
{
    /// <summary>The reports of a user.</summary>
    public static IReportGrain Reports(this IGrainFactory factory, UserId user) => factory.GetGrain<IReportGrain>(user.Value);
}
