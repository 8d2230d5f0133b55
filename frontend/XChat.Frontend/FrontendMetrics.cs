using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace XChat.Frontend;

/// <summary>What a frontend measures about itself. ASP.NET counts its connections and requests.</summary>
internal sealed class FrontendMetrics
{
    public const string MeterName = "XChat.Frontend";

    private readonly Histogram<double> _calls;
    private readonly Histogram<double> _lag;
    private readonly Counter<long> _pushes;
    private readonly Counter<long> _resyncs;

    public FrontendMetrics(IMeterFactory meters)
    {
        Meter meter = meters.Create(MeterName);
        InstrumentAdvice<double> buckets = new() { HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 30] };
        _calls = meter.CreateHistogram("hub.call.duration", "s", "Time from a hub call to its answer.", advice: buckets);
        _lag = meter.CreateHistogram("message.deliver.lag", "s", "Age of an entry when it is handed to the connections.", advice: buckets);
        _pushes = meter.CreateCounter<long>("message.deliver.pushes", "{push}", "Pushes handed to connections.");
        _resyncs = meter.CreateCounter<long>("message.deliver.resyncs", "{resync}", "Connections that were told to read the log.");
    }

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
