using System.Diagnostics.Metrics;

using XChat.Protocol.Recovery;

namespace XChat.Grains.Recovery;

/// <summary>The meter <c>XChat.Recovery</c>. No attribute names an account or a device.</summary>
public sealed class RecoveryMetrics : IDisposable
{
    public const string MeterName = "XChat.Recovery";

    private readonly Meter _meter;
    private readonly Counter<long> _guesses;
    private readonly Counter<long> _releases;
    private readonly Counter<long> _changes;

    public RecoveryMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(MeterName);
        _guesses = _meter.CreateCounter<long>("recovery.guess.outcomes", "{guess}", "Guesses by outcome. Many refused ones are somebody trying PINs.");
        _releases = _meter.CreateCounter<long>("recovery.release.outcomes", "{release}", "Shares asked for, by outcome.");
        _changes = _meter.CreateCounter<long>("recovery.change.outcomes", "{change}", "Changes by devices, by operation and outcome.");
    }

    public void Evaluated(RecoveryStatus status) => _guesses.Add(1, Outcome(status));

    public void Released(RecoveryStatus status) => _releases.Add(1, Outcome(status));

    public void Changed(string operation, RecoveryStatus status) =>
        _changes.Add(1, new KeyValuePair<string, object?>("operation", operation), Outcome(status));

    public void Dispose() => _meter.Dispose();

    private static KeyValuePair<string, object?> Outcome(RecoveryStatus status) => new("outcome", status.ToString());
}
