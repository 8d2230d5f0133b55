using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace XChat.Grains.GroupCommit;

/// <summary>What a domain measures of its lanes.</summary>
public sealed class LaneMetrics(Histogram<double> duration, Histogram<int> batch, Counter<long> fenced)
{
    /// <summary>What was decided behind another writer, or with an id that is taken, was refused by the database.</summary>
    public void Fenced(int chunks) => fenced.Add(chunks);

    /// <summary>Measures a transaction until it is disposed.</summary>
    public CommitMeasure Commit(int items)
    {
        batch.Record(items);
        return new CommitMeasure(duration, Stopwatch.GetTimestamp());
    }

    /// <summary>A running measure.</summary>
    public readonly struct CommitMeasure(Histogram<double> histogram, long started) : IDisposable
    {
        public void Dispose() => histogram.Record(Stopwatch.GetElapsedTime(started).TotalSeconds);
    }
}
