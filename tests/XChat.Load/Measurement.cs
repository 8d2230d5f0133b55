using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Serialization;

using HdrHistogram;

namespace XChat.Load;

/// <summary>What one part of a run showed: operations a second and the latency of each, in milliseconds.</summary>
public sealed record Measurement(
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("operations")] long Operations,
    [property: JsonPropertyName("seconds")] double Seconds,
    [property: JsonPropertyName("per_second")] double PerSecond,
    [property: JsonPropertyName("p50_ms")] double P50,
    [property: JsonPropertyName("p99_ms")] double P99,
    [property: JsonPropertyName("max_ms")] double Max)
{
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Name,-34} {PerSecond,10:0}/s   p50 {P50,7:0.00} ms   p99 {P99,7:0.00} ms   max {Max,7:0.0} ms");
}

/// <summary>Gathers latencies from any thread between its start and its end.</summary>
public sealed class Measure
{
    private const long LongestMicroseconds = 60_000_000;

    private readonly HistogramBase _latencies = HistogramFactory
        .With64BitBucketSize().WithValuesUpTo(LongestMicroseconds).WithPrecisionOf(3).WithThreadSafeWrites().Create();

    private readonly long _started = Stopwatch.GetTimestamp();
    private long _operations;

    /// <summary>Whether the time of this part is over.</summary>
    public bool IsOver(TimeSpan duration) => Stopwatch.GetElapsedTime(_started) >= duration;

    /// <summary>An operation that began at a timestamp has ended, and did so many things at once.</summary>
    public void Add(long begun, int count = 1)
    {
        long microseconds = (long)Stopwatch.GetElapsedTime(begun).TotalMicroseconds;
        _latencies.RecordValue(Math.Clamp(microseconds, 1, LongestMicroseconds));
        Interlocked.Add(ref _operations, count);
    }

    public Measurement End(string name)
    {
        double seconds = Stopwatch.GetElapsedTime(_started).TotalSeconds;
        return new Measurement(
            name,
            _operations,
            Math.Round(seconds, 2),
            Math.Round(_operations / seconds),
            _latencies.GetValueAtPercentile(50) / 1000.0,
            _latencies.GetValueAtPercentile(99) / 1000.0,
            _latencies.GetMaxValue() / 1000.0);
    }
}
