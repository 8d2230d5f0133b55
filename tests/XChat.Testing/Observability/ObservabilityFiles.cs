using System.Text.Json;

using XChat.Testing.Processes;

using YamlDotNet.RepresentationModel;

namespace XChat.Testing.Observability;

/// <summary>A query, and where it stands.</summary>
public sealed record PlacedQuery(string Place, string Query);

/// <summary>An alert rule.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Query">What has to hold for it to fire.</param>
/// <param name="Severity">How urgent it is: page or ticket.</param>
/// <param name="Runbook">Where it says what to do.</param>
public sealed record AlertRule(string Name, string Query, string Severity, string Runbook);

/// <summary>The dashboards and alert rules of <c>deploy/observability</c>, and metrics that were recorded from real processes.</summary>
public static class ObservabilityFiles
{
    private const double SecondsBetweenScrapes = 30;

    private static readonly string Folder = Path.Combine(ProjectOutput.Root, "deploy", "observability");

    /// <summary>The queries of all panels.</summary>
    public static IReadOnlyList<PlacedQuery> Panels() =>
    [
        .. from file in Directory.EnumerateFiles(Path.Combine(Folder, "grafana"), "*.json").Order(StringComparer.Ordinal)
           let dashboard = JsonDocument.Parse(File.ReadAllText(file)).RootElement
           from panel in dashboard.GetProperty("panels").EnumerateArray()
           where panel.TryGetProperty("targets", out _)
           from target in panel.GetProperty("targets").EnumerateArray()
           select new PlacedQuery(
               $"{Path.GetFileName(file)}, {panel.GetProperty("title").GetString()}", target.GetProperty("expr").GetString()!),
    ];

    /// <summary>All alert rules.</summary>
    public static IReadOnlyList<AlertRule> Alerts()
    {
        YamlStream stream = [];
        using StreamReader reader = File.OpenText(Path.Combine(Folder, "prometheus", "alerts.yaml"));
        stream.Load(reader);
        return
        [
            .. from @group in (YamlSequenceNode)stream.Documents[0].RootNode["groups"]
               from rule in (YamlSequenceNode)@group["rules"]
               select new AlertRule(
                   Text(rule["alert"]), Text(rule["expr"]), Text(rule["labels"]["severity"]), Text(rule["annotations"]["runbook_url"])),
        ];
    }

    /// <summary>What a healthy cluster showed at two moments, as Prometheus stores it.</summary>
    public static IReadOnlyList<PromSeries> Recorded() =>
    [
        .. new[] { "silo", "frontend", "realm" }.SelectMany(role => PromText.Read(
            [.. Scrapes(role)], SecondsBetweenScrapes, $"xchat-{role}", $"{role}:1")),
    ];

    /// <summary>The recorded scrapes of a role, in order.</summary>
    public static IEnumerable<string> Scrapes(string role) =>
        Directory.EnumerateFiles(Path.Combine(Folder, "recorded"), $"{role}.*.prom").Order(StringComparer.Ordinal).Select(File.ReadAllText);

    private static string Text(YamlNode node) => ((YamlScalarNode)node).Value!;
}
