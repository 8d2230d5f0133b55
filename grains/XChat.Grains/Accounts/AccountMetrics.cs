using System.Diagnostics.Metrics;

using XChat.Protocol.Accounts;

namespace XChat.Grains.Accounts;

/// <summary>The meter <c>XChat.Accounts</c>. No attribute names a person or a device.</summary>
public sealed class AccountMetrics : IDisposable
{
    public const string MeterName = "XChat.Accounts";

    private readonly Meter _meter;
    private readonly Counter<long> _registrations;
    private readonly Counter<long> _signIns;
    private readonly Counter<long> _deviceLists;
    private readonly Counter<long> _followUpFailures;
    private readonly Counter<long> _published;
    private readonly Counter<long> _claimed;

    public AccountMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(MeterName);
        _registrations = _meter.CreateCounter<long>("account.register.outcomes", "{registration}", "Registrations by outcome.");
        _signIns = _meter.CreateCounter<long>("session.sign_in.outcomes", "{sign_in}", "Sign-ins by outcome.");
        _deviceLists = _meter.CreateCounter<long>("device_list.publish.outcomes", "{device_list}", "Device lists by outcome.");
        _followUpFailures = _meter.CreateCounter<long>(
            "device_list.follow_up.failures", "{attempt}", "Attempts to end sessions or tell conversations that failed and are repeated.");
        _published = _meter.CreateCounter<long>("key_package.publish.outcomes", "{upload}", "Uploads of key packages by outcome.");
        _claimed = _meter.CreateCounter<long>("key_package.claims", "{device}", "Devices asked for in claims, by the kind of package handed out.");
    }

    public void Registered(RegisterStatus status) => _registrations.Add(1, Outcome(status));

    public void SignedIn(SignInStatus status) => _signIns.Add(1, Outcome(status));

    public void Published(PublishDeviceListStatus status) => _deviceLists.Add(1, Outcome(status));

    public void FollowUpFailed() => _followUpFailures.Add(1);

    public void KeyPackagesPublished(KeyPackageStatus status) => _published.Add(1, Outcome(status));

    /// <summary>Counts what a claim came to: packages handed out, and devices for which there was none.</summary>
    public void Claimed(bool lastResortOnly, int packages, int devices)
    {
        _claimed.Add(packages, new KeyValuePair<string, object?>("kind", lastResortOnly ? "limited" : "free"));
        _claimed.Add(devices - packages, new KeyValuePair<string, object?>("kind", "none"));
    }

    public void Dispose() => _meter.Dispose();

    private static KeyValuePair<string, object?> Outcome<T>(T status)
        where T : struct, Enum => new("outcome", status.ToString());
}
