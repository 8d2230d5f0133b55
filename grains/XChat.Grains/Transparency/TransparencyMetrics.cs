using System.Diagnostics.Metrics;

using XChat.Protocol.Transparency;

namespace XChat.Grains.Transparency;

/// <summary>The meter <c>XChat.Transparency</c>.</summary>
public sealed class TransparencyMetrics : IDisposable
{
    public const string MeterName = "XChat.Transparency";

    private readonly Meter _meter;
    private readonly Counter<long> _statements;
    private readonly Counter<long> _lookUps;

    public TransparencyMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(MeterName);
        _statements = _meter.CreateCounter<long>("key_log.statements", "{statement}", "Statements appended to the key log.");
        _lookUps = _meter.CreateCounter<long>("key_log.look_up.outcomes", "{look_up}", "Look-ups in the key log by outcome.");
    }

    public void Appended(int statements) => _statements.Add(statements);

    public void LookedUp(LookUpStatementStatus status) => _lookUps.Add(1, new KeyValuePair<string, object?>("outcome", status.ToString()));

    public void Dispose() => _meter.Dispose();
}
