using System.Diagnostics;

using HdrHistogram;

namespace XChat.Load;

/// <summary>
/// Gathers one part of a run. A part may come in several slices that take turns with those of other parts, so that a slow minute of the machine
/// strikes all of them alike. Operations are added from any thread.
/// </summary>
public sealed class Measure(string name)
{
    private const long LongestMicroseconds = 60_000_000;

    private readonly HistogramBase _latencies = HistogramFactory
        .With64BitBucketSize().WithValuesUpTo(LongestMicroseconds).WithPrecisionOf(3).WithThreadSafeWrites().Create();

    private long _started = Stopwatch.GetTimestamp();
    private TimeSpan _elapsed;
    private ProcessorTime _processorAtStart;
    private ProcessorTime _processor;
    private long _operations;

    /// <summary>What was counted so far.</summary>
    public long Operations => Volatile.Read(ref _operations);

    /// <summary>Begins a slice.</summary>
    public void Start()
    {
        _processorAtStart = ProcessorTime.Now();
        _started = Stopwatch.GetTimestamp();
    }

    /// <summary>Ends a slice.</summary>
    public void Stop()
    {
        _elapsed += Stopwatch.GetElapsedTime(_started);
        _processor += ProcessorTime.Now() - _processorAtStart;
    }

    /// <summary>Whether the time of this slice is over.</summary>
    public bool IsOver(TimeSpan duration) => Stopwatch.GetElapsedTime(_started) >= duration;

    /// <summary>Takes time out of the slice that runs: what was needed to begin, and is no part of what is measured.</summary>
    public void Exclude(TimeSpan time) => _elapsed -= time;

    /// <summary>An operation that began at a timestamp has ended, and did so many things at once.</summary>
    public void Add(long begun, int count = 1) => Add(Stopwatch.GetElapsedTime(begun), count);

    /// <summary>An operation that took so long has ended, and did so many things at once.</summary>
    public void Add(TimeSpan latency, int count = 1)
    {
        _latencies.RecordValue(Math.Clamp((long)latency.TotalMicroseconds, 1, LongestMicroseconds));
        Interlocked.Add(ref _operations, count);
    }

    /// <summary>What the slices so far showed together.</summary>
    public Measurement Result()
    {
        double seconds = _elapsed.TotalSeconds;
        long count = _operations;
        double Each(TimeSpan time) => Math.Round(time.TotalMicroseconds / Math.Max(1, count), 2);
        return new Measurement(
            name,
            count,
            Math.Round(seconds, 2),
            Math.Round(count / seconds),
            _latencies.GetValueAtPercentile(50) / 1000.0,
            _latencies.GetValueAtPercentile(99) / 1000.0,
            _latencies.GetMaxValue() / 1000.0,
            Each(_processor.Own),
            Each(_processor.Servers),
            Each(_processor.Postgres),
            Math.Round(Math.Max(0, (_processor.Machine - _processor.Own - _processor.Servers - _processor.Postgres).TotalSeconds / seconds), 2));
    }
}
