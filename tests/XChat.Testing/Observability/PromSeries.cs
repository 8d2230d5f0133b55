namespace XChat.Testing.Observability;

/// <summary>A series of a metric and its values over time.</summary>
/// <param name="Name">The metric.</param>
/// <param name="Labels">Its labels, without the name.</param>
/// <param name="Values">By seconds, rising.</param>
public sealed record PromSeries(string Name, IReadOnlyDictionary<string, string> Labels, IReadOnlyList<(double Seconds, double Value)> Values);
