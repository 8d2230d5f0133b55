using XChat.GrainInterfaces.Delivery;

namespace XChat.Grains.Delivery;

/// <summary>
/// At which frontends one person is connected, each until its lease ends. It never changes: what becomes of it is another one, so that it can be read on
/// any thread. Small, since there is one for each connected person. The caller says what time it is.
/// </summary>
internal sealed class RouteLeases
{
    private readonly Lease[] _leases;

    private RouteLeases(Lease[] leases) => _leases = leases;

    /// <summary>Nowhere.</summary>
    public static RouteLeases None { get; } = new([]);

    /// <summary>Whether nothing is left, lapsed or not.</summary>
    public bool IsEmpty => _leases.Length == 0;

    /// <summary>Begins or renews a lease.</summary>
    public RouteLeases Renew(FrontendId frontend, DateTimeOffset now, TimeSpan lease, int most, out LeaseRenewal renewal)
    {
        Lease renewed = new(frontend, now + lease);
        int place = Array.FindIndex(_leases, known => known.Frontend == frontend);
        if (place >= 0)
        {
            renewal = _leases[place].Until > now ? LeaseRenewal.Renewed : LeaseRenewal.Begun;
            return new RouteLeases([.. _leases[..place], renewed, .. _leases[(place + 1)..]]);
        }

        RouteLeases others = _leases.Length < most ? this : WithoutLapsed(now);
        if (others._leases.Length >= most)
        {
            renewal = LeaseRenewal.Full;
            return others;
        }

        renewal = LeaseRenewal.Begun;
        return new RouteLeases([.. others._leases, renewed]);
    }

    /// <summary>Ends a lease.</summary>
    public RouteLeases Remove(FrontendId frontend) => Of([.. _leases.Where(lease => lease.Frontend != frontend)]);

    /// <summary>What counts now.</summary>
    public FrontendId[] Live(DateTimeOffset now) => [.. _leases.Where(lease => lease.Until > now).Select(lease => lease.Frontend)];

    /// <summary>How much has lapsed and is not forgotten.</summary>
    public int CountLapsed(DateTimeOffset now) => _leases.Count(lease => lease.Until <= now);

    /// <summary>Forgets what has lapsed.</summary>
    public RouteLeases WithoutLapsed(DateTimeOffset now) => Of([.. _leases.Where(lease => lease.Until > now)]);

    private static RouteLeases Of(Lease[] leases) => leases.Length == 0 ? None : new RouteLeases(leases);

    private readonly record struct Lease(FrontendId Frontend, DateTimeOffset Until);
}
