using System.Diagnostics.Metrics;

using XChat.Protocol.History;

namespace XChat.Grains.History;

/// <summary>The meter <c>XChat.History</c>.</summary>
public sealed class HistoryMetrics : IDisposable
{
    public const string MeterName = "XChat.History";

    private readonly Meter _meter;
    private readonly Counter<long> _appends;

    public HistoryMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(MeterName);
        _appends = _meter.CreateCounter<long>("history.append.outcomes", "{append}", "Segments for histories by outcome.");
    }

    public void Appended(HistoryStatus status) => _appends.Add(1, new KeyValuePair<string, object?>("outcome", status.ToString()));

    public void Dispose() => _meter.Dispose();
}
