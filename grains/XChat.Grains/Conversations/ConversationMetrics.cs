using System.Diagnostics;
using System.Diagnostics.Metrics;

using XChat.Grains.GroupCommit;
using XChat.Protocol.Conversations;

namespace XChat.Grains.Conversations;

/// <summary>The meter <c>XChat.Conversations</c>. No attribute names a person or a conversation.</summary>
public sealed class ConversationMetrics : IDisposable
{
    public const string MeterName = "XChat.Conversations";

    private static readonly InstrumentAdvice<double> Seconds = new()
    {
        HistogramBucketBoundaries = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5, 10],
    };

    private readonly Meter _meter;
    private readonly Histogram<double> _append;
    private readonly Counter<long> _reloads;
    private readonly Counter<long> _publishFailures;
    private readonly Counter<long> _cursorsLost;
    private readonly Counter<long> _emptied;
    private readonly Counter<long> _aged;

    public ConversationMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(MeterName);
        _append = _meter.CreateHistogram("message.append.duration", "s", "From the call of an append to its answer.", advice: Seconds);
        Lane = new LaneMetrics(
            _meter.CreateHistogram("message.commit.duration", "s", "One transaction of a lane.", advice: Seconds),
            _meter.CreateHistogram<int>("message.commit.batch", "{message}", "Entries of one transaction."),
            _meter.CreateCounter<long>("message.commit.fenced", "{chunk}", "Chunks that the database refused: another writer was ahead, or has an id."));
        _reloads = _meter.CreateCounter<long>("conversation.reloads", "{reload}", "Loads after another writer got ahead or storage failed.");
        _publishFailures = _meter.CreateCounter<long>("message.publish.failures", "{event}", "Events that no frontend took.");
        _cursorsLost = _meter.CreateCounter<long>("cursor.lost", "{cursor}", "Cursors that found the queue full or storage away.");
        _emptied = _meter.CreateCounter<long>("message.expired", "{message}", "Messages emptied when their timer ended.");
        _aged = _meter.CreateCounter<long>("message.aged", "{message}", "Messages emptied by the operator's retention policy.");
    }

    /// <summary>What the lanes measure.</summary>
    public LaneMetrics Lane { get; }

    public void Appended(long started, ConversationStatus status)
    {
        if (_append.Enabled)
        {
            _append.Record(Stopwatch.GetElapsedTime(started).TotalSeconds, new KeyValuePair<string, object?>("outcome", status.ToString()));
        }
    }

    public void Reloaded() => _reloads.Add(1);

    public void PublishFailed() => _publishFailures.Add(1);

    public void CursorsLost(int count) => _cursorsLost.Add(count);

    public void Expired(int count) => _emptied.Add(count);

    public void Aged(int count) => _aged.Add(count);

    public void Dispose() => _meter.Dispose();
}
