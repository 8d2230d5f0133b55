using System.Globalization;
using System.Text.Json.Serialization;

namespace XChat.Load;

/// <summary>
/// What one part of a run showed: operations a second, the latency of each in milliseconds, and the processor time that each took, in
/// microseconds. <c>OtherCores</c> is how many processors were busy with something else meanwhile: far from zero, the rates say little.
/// </summary>
public sealed record Measurement(
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("operations")] long Operations,
    [property: JsonPropertyName("seconds")] double Seconds,
    [property: JsonPropertyName("per_second")] double PerSecond,
    [property: JsonPropertyName("p50_ms")] double P50,
    [property: JsonPropertyName("p99_ms")] double P99,
    [property: JsonPropertyName("max_ms")] double Max,
    [property: JsonPropertyName("own_cpu_us")] double OwnCpu,
    [property: JsonPropertyName("server_cpu_us")] double ServerCpu,
    [property: JsonPropertyName("postgres_cpu_us")] double PostgresCpu,
    [property: JsonPropertyName("other_cores")] double OtherCores)
{
    /// <summary>The heads of the columns of <see cref="ToString"/>.</summary>
    public static string Heading { get; } =
        $"{string.Empty,-38} {"each second",11}   {"p50 ms",8} {"p99 ms",8} {"max ms",8}   cpu µs: {"own",5} {"servers",7} {"postgres",8}   other cores";

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Name,-38} {PerSecond,11:0}   {P50,8:0.00} {P99,8:0.00} {Max,8:0.0}           ")
        + string.Create(
            CultureInfo.InvariantCulture,
            $"{OwnCpu,5:0.0} {ServerCpu,7:0.0} {PostgresCpu,8:0.0}   {OtherCores,11:0.00}");
}
