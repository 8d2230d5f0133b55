using System.Globalization;

namespace XChat.Load.Cluster;

/// <summary>
/// Messages of pairs through a cluster: how many a second, the latency of the answers in milliseconds, and the microseconds of processor time that one
/// message with its deliveries took of the clients, the frontend, all silos together, and PostgreSQL.
/// </summary>
public sealed record MessageCost(
    int Count, double PerSecond, double P50, double P99, double Clients, double Frontends, double Silos, double Postgres, double OtherCores)
{
    /// <summary>The heads of the columns of <see cref="ToString"/>.</summary>
    public static string Heading { get; } =
        $"{"silos",5} {"sends/s",9} {"p50 ms",8} {"p99 ms",8}   cpu µs: {"clients",7} {"frontend",8} {"silos",7} {"postgres",8}   other cores";

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Count,5} {PerSecond,9:0} {P50,8:0.00} {P99,8:0.00}           ")
        + string.Create(CultureInfo.InvariantCulture, $"{Clients,7:0.0} {Frontends,8:0.0} {Silos,7:0.0} {Postgres,8:0.0}   {OtherCores,11:0.00}");
}
