using System.Diagnostics;
using System.Diagnostics.Metrics;

using XChat.Frontend.RateLimits;

namespace XChat.Frontend;

/// <summary>What a frontend measures about itself. ASP.NET counts its connections and requests.</summary>
internal sealed class FrontendMetrics
{
    public const string MeterName = "XChat.Frontend";

    private readonly Histogram<double> _calls;
    private readonly Histogram<double> _lag;
    private readonly Counter<long> _pushes;
    private readonly Counter<long> _resyncs;
    private readonly Counter<long> _overloaded;
    private readonly Meter _meter;

    public FrontendMetrics(IMeterFactory meters)
    {
        Meter meter = _meter = meters.Create(MeterName);
        InstrumentAdvice<double> buckets = new() { HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 30] };
        _calls = meter.CreateHistogram("hub.call.duration", "s", "Time from a hub call to its answer.", advice: buckets);
        _lag = meter.CreateHistogram("message.deliver.lag", "s", "Age of an entry when it is handed to the connections.", advice: buckets);
        _pushes = meter.CreateCounter<long>("message.deliver.pushes", "{push}", "Pushes handed to connections.");
        _resyncs = meter.CreateCounter<long>("message.deliver.resyncs", "{resync}", "Connections that were told to read the log.");
        _overloaded = meter.CreateCounter<long>("call.admission.refusals", "{call}", "Calls that were refused because too many were being worked on.");
    }

    /// <summary>Shows what an admission lets in.</summary>
    public void Watch(CallAdmission admission)
    {
        _ = _meter.CreateObservableGauge("call.admission.limit", () => admission.Limit, "{call}", "Calls that may be worked on at once at this moment.");
        _ = _meter.CreateObservableGauge("call.admission.inside", () => admission.Inside, "{call}", "Calls that are being worked on.");
    }

    public void Overloaded() => _overloaded.Add(1);

    public void CallEnded(string method, string outcome, long started) =>
        _calls.Record(
            Stopwatch.GetElapsedTime(started).TotalSeconds,
            new KeyValuePair<string, object?>("method", method),
            new KeyValuePair<string, object?>("outcome", outcome));

    public void Delivered(int connections, TimeSpan age)
    {
        _pushes.Add(connections);
        _lag.Record(Math.Max(0, age.TotalSeconds));
    }

    public void Resynced(string cause, int connections = 1) =>
        _resyncs.Add(connections, new KeyValuePair<string, object?>("cause", cause));
}
