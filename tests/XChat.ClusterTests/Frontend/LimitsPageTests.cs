using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;

using XChat.Frontend;
using XChat.Frontend.Delivery;
using XChat.Frontend.RateLimits;
using XChat.Testing.Processes;

namespace XChat.ClusterTests.Frontend;

/// <summary>docs/limits.md says what the code does.</summary>
public sealed partial class LimitsPageTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(ProjectOutput.Root, "docs", "limits.md"));

    [Fact]
    public void Every_rate_limit_has_its_row_with_its_numbers()
    {
        Dictionary<string, (int Burst, int PerMinute)> rows = Row().Matches(Page).ToDictionary(
            row => row.Groups[1].Value, row => (Number(row.Groups[2].Value), Number(row.Groups[3].Value)));
        RateLimitOptions defaults = new();

        Assert.Equal(
            typeof(RateLimitOptions).GetProperties().Where(property => property.PropertyType == typeof(RateLimit))
                .ToDictionary(property => property.Name, property => Of(property, defaults)),
            rows);
    }

    [Fact]
    public void The_other_bounds_are_those_of_the_code()
    {
        Assert.Contains($"| connections of a frontend (`--max-connections`) | {new FrontendOptions().MaxConnections},", Page, StringComparison.Ordinal);
        Assert.Contains($"| connections of a device | {ConnectionRegistry.PerDevice} |", Page, StringComparison.Ordinal);
        Assert.Contains($"| {PushQueue.Most}, or {PushQueue.MostBytes / 1024} KB |", Page, StringComparison.Ordinal);
        AdmissionOptions admission = new();
        Assert.Contains($"found by itself, {admission.LeastCalls} to {admission.MostCalls} |", Page, StringComparison.Ordinal);
        Assert.Contains($"answered within {admission.TargetMilliseconds} ms on average", Page, StringComparison.Ordinal);
        Assert.Contains($"more than {new RateLimitOptions().Tracked:N0} devices", Page, StringComparison.Ordinal);
        Assert.Equal(30, ConnectionLimits.ReaderPatience.TotalSeconds);
    }

    private static (int Burst, int PerMinute) Of(PropertyInfo property, RateLimitOptions defaults)
    {
        RateLimit limit = (RateLimit)property.GetValue(defaults)!;
        return (limit.Burst, limit.PerMinute);
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^\| `(\w+)` \| .* \| (?:device|address) \| (\d+) \| (\d+) \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
