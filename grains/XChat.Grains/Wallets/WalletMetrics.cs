using System.Diagnostics;
using System.Diagnostics.Metrics;

using XChat.GrainInterfaces.Wallets;
using XChat.Grains.GroupCommit;
using XChat.Protocol.Wallets;

namespace XChat.Grains.Wallets;

/// <summary>The meter <c>XChat.Wallets</c>. No attribute names a person, a wallet or an amount.</summary>
public sealed class WalletMetrics : IDisposable
{
    public const string MeterName = "XChat.Wallets";

    private static readonly InstrumentAdvice<double> Seconds = new()
    {
        HistogramBucketBoundaries = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5, 10],
    };

    private readonly Meter _meter;
    private readonly Histogram<double> _transfer;
    private readonly Counter<long> _reloads;
    private readonly Counter<long> _relayed;
    private readonly Counter<long> _relayFailures;
    private readonly Counter<long> _expired;
    private readonly Counter<long> _railPayments;
    private readonly Counter<long> _railPutOff;
    private readonly Counter<long> _railContradictions;
    private readonly Counter<long> _cases;

    public WalletMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(MeterName);
        _transfer = _meter.CreateHistogram("transfer.duration", "s", "From the call of a command to its answer.", advice: Seconds);
        Lane = new LaneMetrics(
            _meter.CreateHistogram("transfer.commit.duration", "s", "One transaction of a lane.", advice: Seconds),
            _meter.CreateHistogram<int>("transfer.commit.batch", "{transfer}", "Transfers of one transaction."),
            _meter.CreateCounter<long>("transfer.commit.fenced", "{chunk}", "Chunks that the database refused: another writer was ahead, or has an id."));
        _reloads = _meter.CreateCounter<long>("wallet.reloads", "{reload}", "Loads after another writer got ahead or storage failed.");
        _relayed = _meter.CreateCounter<long>("transfer.relayed", "{transfer}", "Transfers whose parties and conversation have been told.");
        _relayFailures = _meter.CreateCounter<long>("transfer.relay.failures", "{transfer}", "Transfers that could not be told yet.");
        _expired = _meter.CreateCounter<long>("transfer.expired", "{transfer}", "Pending transfers whose time was over.");
        _railPayments = _meter.CreateCounter<long>("rail.payment.states", "{payment}", "Payments over a rail that came to a state.");
        _railPutOff = _meter.CreateCounter<long>("rail.put_off", "{step}", "Steps that could not be done because the rail or the ledger was away.");
        _railContradictions = _meter.CreateCounter<long>(
            "rail.contradictions", "{payment}", "Payments of which a rail says other than what was booked.");
        _cases = _meter.CreateCounter<long>("money.cases", "{case}", "Cases that were opened for a person to decide.");
    }

    /// <summary>What the lanes measure.</summary>
    public LaneMetrics Lane { get; }

    public void Decided(long started, WalletStatus status)
    {
        if (_transfer.Enabled)
        {
            _transfer.Record(Stopwatch.GetElapsedTime(started).TotalSeconds, new KeyValuePair<string, object?>("outcome", status.ToString()));
        }
    }

    public void Reloaded() => _reloads.Add(1);

    public void Relayed(int told, int untold)
    {
        _relayed.Add(told);
        _relayFailures.Add(untold);
    }

    public void Expired() => _expired.Add(1);

    /// <summary>A payment over a rail came to another state.</summary>
    public void RailPaymentCame(string rail, RailPaymentKind kind, RailPaymentState state) => _railPayments.Add(
        1,
        new KeyValuePair<string, object?>("rail", rail),
        new KeyValuePair<string, object?>("kind", kind.ToString()),
        new KeyValuePair<string, object?>("state", state.ToString()));

    public void RailPutOff(string rail) => _railPutOff.Add(1, new KeyValuePair<string, object?>("rail", rail));

    public void RailContradicted(string rail) => _railContradictions.Add(1, new KeyValuePair<string, object?>("rail", rail));

    public void CaseOpened(MoneyCaseKind kind) => _cases.Add(1, new KeyValuePair<string, object?>("kind", kind.ToString()));

    public void Dispose() => _meter.Dispose();
}
