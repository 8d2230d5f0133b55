using System.Diagnostics.Metrics;

namespace XChat.Grains.Delivery;

/// <summary>The meter <c>XChat.Delivery</c>. No attribute names a person or a conversation.</summary>
public sealed class DeliveryMetrics : IDisposable
{
    public const string MeterName = "XChat.Delivery";

    private readonly Meter _meter;
    private readonly Counter<long> _lapsed;
    private readonly Counter<long> _untold;

    public DeliveryMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(MeterName);
        _lapsed = _meter.CreateCounter<long>("route.lapsed", "{route}", "Routes whose frontend stopped renewing them.");
        _untold = _meter.CreateCounter<long>("route.untold", "{conversation}", "Conversations that could not be told of a change of routes.");
    }

    public void RoutesLapsed(int count) => _lapsed.Add(count);

    public void Untold() => _untold.Add(1);

    public void Dispose() => _meter.Dispose();
}
