using System.Text.RegularExpressions;

using XChat.Testing.Processes;

namespace XChat.Testing.Observability;

/// <summary>Which metrics there are: ours are read from the code that makes them, those of the libraries from what real processes showed.</summary>
public static partial class MetricNames
{
    private static readonly string[] Folders = ["deploy/XChat.Hosting", "frontend", "grains", "silo"];

    /// <summary>The series of our own instruments, as Prometheus names them.</summary>
    public static IReadOnlySet<string> Declared() => Folders
        .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(ProjectOutput.Root, folder), "*.cs", SearchOption.AllDirectories))
        .SelectMany(file => Instrument().Matches(File.ReadAllText(file)))
        .SelectMany(match => SeriesOf(match.Groups["kind"].Value, match.Groups["name"].Value, match.Groups["unit"].Value))
        .ToHashSet(StringComparer.Ordinal);

    /// <summary>All series that processes show: our own, those of the libraries, and Prometheus' <c>up</c>.</summary>
    public static IReadOnlySet<string> Emitted() =>
        Declared().Concat(ObservabilityFiles.Recorded().Select(series => series.Name)).ToHashSet(StringComparer.Ordinal);

    /// <summary>Metrics of libraries that dashboards or alerts ask for and that these scrapes of real processes do not have.</summary>
    public static IReadOnlyList<string> MissingIn(IReadOnlyList<string> scrapes)
    {
        IReadOnlySet<string> ours = Declared();
        HashSet<string> shown = [.. scrapes.SelectMany(scrape => PromText.Read([scrape], 1, "job", "instance")).Select(series => series.Name)];
        return
        [
            .. ObservabilityFiles.Panels().Select(panel => panel.Query).Concat(ObservabilityFiles.Alerts().Select(alert => alert.Query))
                .SelectMany(query => PromParser.Parse(query).Selectors).Select(selector => selector.Name).Distinct()
                .Where(name => !ours.Contains(name) && !shown.Contains(name)),
        ];
    }

    /// <summary>By OpenTelemetry's rules for Prometheus: dots become underscores, the unit is appended, counters end in total.</summary>
    private static IEnumerable<string> SeriesOf(string kind, string name, string unit)
    {
        string full = name.Replace('.', '_') + unit switch
        {
            "s" => "_seconds",
            "By" => "_bytes",
            _ => string.Empty,
        };
        return kind switch
        {
            "Histogram" => [full + "_bucket", full + "_sum", full + "_count"],
            "Counter" or "ObservableCounter" => [full + "_total"],
            _ => [full],
        };
    }

    /// <summary>The name is the first string of the call, the unit the next one; a gauge has its callback in between.</summary>
    [GeneratedRegex(
        """\.Create(?<kind>Histogram|Counter|ObservableCounter|ObservableGauge|UpDownCounter|Gauge)(?:<\w+>)?"""
        + """\(\s*"(?<name>[a-z_.]+)",[^"]*?"(?<unit>[^"]*)["]""")]
    private static partial Regex Instrument();
}
