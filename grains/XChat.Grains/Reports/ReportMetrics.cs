using System.Diagnostics.Metrics;

using Microsoft.Extensions.DependencyInjection;

using XChat.Protocol.Reports;

namespace XChat.Grains.Reports;

/// <summary>The meter <c>XChat.Reports</c>.</summary>
public sealed class ReportMetrics : IDisposable
{
    public const string MeterName = "XChat.Reports";

    private readonly Meter _meter;
    private readonly Counter<long> _reports;

    public ReportMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(MeterName);
        _reports = _meter.CreateCounter<long>("reports.outcomes", "{report}", "Reports of messages by outcome.");
    }

    public void Reported(ReportStatus status) => _reports.Add(1, new KeyValuePair<string, object?>("outcome", status.ToString()));

    public void Dispose() => _meter.Dispose();
}

/// <summary>What report grains need in a silo besides their storage.</summary>
public static class ReportRegistration
{
    /// <summary>Adds it. The store behind the port and a <see cref="TimeProvider"/> are registered elsewhere.</summary>
    public static IServiceCollection AddReportGrains(this IServiceCollection services) => services.AddMetrics().AddSingleton<ReportMetrics>();
}
