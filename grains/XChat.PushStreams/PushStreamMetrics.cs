using System.Diagnostics.Metrics;

namespace XChat.PushStreams;

/// <summary>The meter <c>XChat.PushStreams</c>. No attribute names a stream.</summary>
public sealed class PushStreamMetrics : IDisposable
{
    public const string MeterName = "XChat.PushStreams";

    private static readonly InstrumentAdvice<double> Seconds = new()
    {
        HistogramBucketBoundaries = [0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1, 5, 10],
    };

    private readonly Meter _meter;
    private readonly Counter<long> _pushed;
    private readonly Counter<long> _lost;
    private readonly Counter<long> _overflowed;
    private readonly Counter<long> _gaps;
    private readonly Histogram<int> _batch;
    private readonly Histogram<double> _call;

    public PushStreamMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(MeterName);
        _pushed = _meter.CreateCounter<long>("push.items", "{item}", "Items that a subscriber's process took.");
        _lost = _meter.CreateCounter<long>("push.lost", "{item}", "Items that found no subscriber or did not arrive.");
        _overflowed = _meter.CreateCounter<long>("push.overflowed", "{item}", "Items that did not fit into a queue, with those they took along.");
        _gaps = _meter.CreateCounter<long>("push.gaps", "{gap}", "Gaps that subscribers were told of.");
        _batch = _meter.CreateHistogram<int>("push.batch", "{item}", "Items of one call to a subscriber.");
        _call = _meter.CreateHistogram("push.duration", "s", "From a call to a subscriber to its answer.", advice: Seconds);
    }

    public void Pushed(int items, TimeSpan elapsed)
    {
        _pushed.Add(items);
        _batch.Record(items);
        _call.Record(elapsed.TotalSeconds);
    }

    public void Lost(int items)
    {
        if (items > 0)
        {
            _lost.Add(items);
        }
    }

    public void Overflowed(int items) => _overflowed.Add(items);

    public void Gap() => _gaps.Add(1);

    public void Dispose() => _meter.Dispose();
}
