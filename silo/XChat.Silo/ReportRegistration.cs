using XChat.Grains.Reports;
using XChat.Storage.Reports;

namespace XChat.Silo;

/// <summary>Reports of messages in a silo.</summary>
internal static class ReportRegistration
{
    public static ISiloBuilder AddReports(this ISiloBuilder silo)
    {
        silo.Services.AddReportStorage().AddReportGrains();
        return silo;
    }
}
