using System.Text.RegularExpressions;

using XChat.Testing.Observability;
using XChat.Testing.Processes;

namespace XChat.EndToEndTests.Operations;

/// <summary>Dashboards and alerts ask for what the code shows, show something when it is well, and fire when it is not.</summary>
public sealed partial class ObservabilityTests
{
    private static readonly IReadOnlyList<PromSeries> Healthy = ObservabilityFiles.Recorded();

    /// <summary>For each alert, series that are as they are when it shall fire: labels, then the values of two scrapes.</summary>
    private static readonly Dictionary<string, string[]> Bad = new()
    {
        ["XChatSiloDown"] = ["up{job=\"xchat-silo\",instance=\"a\"} 1 0"],
        ["XChatFrontendDown"] = ["up{job=\"xchat-frontend\",instance=\"a\"} 1 0"],
        ["XChatRealmDown"] = ["up{job=\"xchat-realm\",instance=\"a\"} 1 0"],
        ["XChatCallsUnanswered"] = ["hub_call_duration_seconds_count{method=\"SendMessage\",outcome=\"unavailable\"} 0 50"],
        ["XChatBug"] = ["hub_call_duration_seconds_count{method=\"SendMessage\",outcome=\"internal\"} 0 1"],
        ["XChatOverloaded"] = ["call_admission_refusals_total{instance=\"a\"} 0 100"],
        ["XChatMessagesSlow"] =
        [
            "message_append_duration_seconds_bucket{outcome=\"Accepted\",le=\"0.5\"} 0 1000",
            "message_append_duration_seconds_bucket{outcome=\"Accepted\",le=\"1\"} 0 2000",
            "message_append_duration_seconds_bucket{outcome=\"Accepted\",le=\"+Inf\"} 0 2000",
        ],
        ["XChatDeliverySlow"] =
        [
            "message_deliver_lag_seconds_bucket{le=\"1\"} 0 1000", "message_deliver_lag_seconds_bucket{le=\"10\"} 0 2000",
            "message_deliver_lag_seconds_bucket{le=\"+Inf\"} 0 2000",
        ],
        ["XChatDatabaseSlow"] =
        [
            "message_commit_duration_seconds_bucket{le=\"0.2\"} 0 1000", "message_commit_duration_seconds_bucket{le=\"5\"} 0 2000",
            "message_commit_duration_seconds_bucket{le=\"+Inf\"} 0 2000",
        ],
        ["XChatDatabaseConnectionsShort"] =
        [
            "db_client_connection_count{instance=\"a\",db_client_connection_state=\"used\"} 60 60", "db_client_connection_max{instance=\"a\"} 60 60",
        ],
        ["XChatPushesLost"] = ["push_lost_total{instance=\"a\"} 0 900", "push_overflowed_total{instance=\"a\"} 0 900"],
        ["XChatClusterSplit"] = ["orleans_consistent_ring_size{job=\"xchat-silo\",instance=\"a\"} 3 1"],
        ["XChatConversationsReloaded"] = ["conversation_reloads_total{instance=\"a\"} 0 900"],
        ["XChatWalletsReloaded"] = ["wallet_reloads_total{instance=\"a\"} 0 900"],
        ["XChatPaymentsUntold"] = ["transfer_relay_failures_total{instance=\"a\"} 0 10", "transfer_relayed_total{instance=\"a\"} 7 7"],
        ["XChatPinsGuessed"] = ["recovery_guess_outcomes_total{outcome=\"WrongPin\"} 0 500"],
        ["XChatRegistrationsRefused"] = ["account_register_outcomes_total{outcome=\"HandleTaken\"} 0 100"],
        ["XChatRailAway"] = ["rail_put_off_total{rail=\"sim\"} 0 100"],
        ["XChatRailContradicts"] = ["rail_contradictions_total{rail=\"sim\"} 0 1"],
        ["XChatCaseOpened"] = ["money_cases_total{kind=\"Screening\"} 0 1"],
        ["XChatMemoryHigh"] = ["dotnet_process_memory_working_set_bytes{job=\"xchat-silo\",instance=\"a\"} 5000000000 5000000000"],
        ["XChatGarbageCollection"] = ["dotnet_gc_pause_time_seconds_total{instance=\"a\"} 0 15"],
    };

    public static TheoryData<string> AlertNames => [.. ObservabilityFiles.Alerts().Select(alert => alert.Name)];

    [Fact]
    public void Every_metric_and_label_that_is_asked_for_is_one_that_the_code_shows()
    {
        IReadOnlySet<string> emitted = MetricNames.Emitted();
        string sources = string.Concat(Directory.EnumerateFiles(Path.Combine(ProjectOutput.Root, "grains"), "*Metrics.cs", SearchOption.AllDirectories)
            .Concat(Directory.EnumerateFiles(Path.Combine(ProjectOutput.Root, "frontend"), "*Metrics.cs", SearchOption.AllDirectories))
            .Select(File.ReadAllText));
        List<string> wrong = [];
        foreach (PlacedQuery query in Queries())
        {
            foreach (PromSelector selector in PromParser.Parse(query.Query).Selectors)
            {
                if (!emitted.Contains(selector.Name))
                {
                    wrong.Add($"{query.Place}: there is no {selector.Name}.");
                }
            }

            foreach (string label in LabelsOf(query.Query))
            {
                bool known = label is "le" or "job" or "instance" || Healthy.Any(series => series.Labels.ContainsKey(label))
                    || sources.Contains($"\"{label}\"", StringComparison.Ordinal);
                if (!known)
                {
                    wrong.Add($"{query.Place}: nothing has the label {label}.");
                }
            }
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public void Every_panel_whose_metrics_were_recorded_shows_something()
    {
        HashSet<string> recorded = [.. Healthy.Select(series => series.Name)];
        PromEvaluation evaluation = new(Healthy);
        List<string> empty = [];
        int shown = 0;
        foreach (PlacedQuery panel in ObservabilityFiles.Panels())
        {
            PromExpression query = PromParser.Parse(panel.Query);
            // A counter is not there before it first counts: what never happened to a healthy cluster has nothing to show.
            bool there = query.Selectors.All(selector => recorded.Contains(selector.Name)
                && evaluation.Evaluate(selector.RangeSeconds is null ? selector : new PromCall("rate", [selector])).Count > 0);
            if (there && evaluation.Evaluate(query).Count == 0)
            {
                empty.Add($"{panel.Place}: {panel.Query}");
            }

            shown += there ? 1 : 0;
        }

        Assert.Empty(empty);
        Assert.InRange(shown, 30, 1_000);
    }

    [Theory]
    [MemberData(nameof(AlertNames))]
    public void An_alert_is_silent_when_it_is_well_and_fires_when_it_is_not(string name)
    {
        AlertRule alert = ObservabilityFiles.Alerts().Single(alert => alert.Name == name);
        PromExpression query = PromParser.Parse(alert.Query);

        Assert.Empty(new PromEvaluation(Healthy).Evaluate(query));
        Assert.NotEmpty(new PromEvaluation([.. Healthy, .. Bad[name].Select(Series)]).Evaluate(query));
    }

    [Fact]
    public void Every_alert_says_how_urgent_it_is_and_has_a_runbook()
    {
        string operations = File.ReadAllText(Path.Combine(ProjectOutput.Root, "docs", "operations.md"));
        string[] headings = [.. Heading().Matches(operations).Select(match => match.Groups[1].Value.Trim().ToLowerInvariant().Replace(' ', '-'))];

        Assert.All(ObservabilityFiles.Alerts(), alert =>
        {
            Assert.Contains(alert.Severity, new[] { "page", "ticket" });
            Assert.StartsWith("docs/operations.md#", alert.Runbook, StringComparison.Ordinal);
            Assert.Contains(alert.Runbook.Split('#')[1], headings);
        });
    }

    [Fact]
    public void Queries_are_evaluated_as_Prometheus_does()
    {
        PromEvaluation evaluation = new(
        [
            Series("calls_total{outcome=\"a\",pod=\"1\"} 10 70"), Series("calls_total{outcome=\"a\",pod=\"2\"} 0 30"),
            Series("calls_total{outcome=\"b\",pod=\"1\"} 100 10"),
            Series("wait_bucket{le=\"1\"} 0 50"), Series("wait_bucket{le=\"2\"} 0 100"), Series("wait_bucket{le=\"+Inf\"} 0 100"),
        ]);

        Assert.Equal(3, One(evaluation, "sum(rate(calls_total{outcome=\"a\"}[1m]))"));
        // The counter began anew: ten since then.
        Assert.Equal(10.0 / 30, One(evaluation, "sum(rate(calls_total{outcome=\"b\"}[1m]))"), 9);
        Assert.Equal(100, One(evaluation, "sum by (outcome) (calls_total) > 50"));
        Assert.Equal(1.5, One(evaluation, "histogram_quantile(0.75, sum by (le) (rate(wait_bucket[1m])))"));
        Assert.Equal(2, One(evaluation, "count(calls_total{pod=~\"1|3\"})"));
        Assert.Equal(70.0 / 30, One(evaluation, "max(calls_total{pod=\"1\",outcome!=\"b\"}) / max(calls_total{pod=\"2\"})"), 9);
        Assert.Empty(evaluation.Evaluate(PromParser.Parse("sum(calls_total) > 5 unless sum(wait_bucket) > 0")));
        Assert.Throws<FormatException>(() => PromParser.Parse("predict_linear(calls_total[1h], 60)"));
        Assert.Throws<FormatException>(() => PromParser.Parse("sum(calls_total"));
    }

    private static IEnumerable<PlacedQuery> Queries() =>
        ObservabilityFiles.Panels().Concat(ObservabilityFiles.Alerts().Select(alert => new PlacedQuery(alert.Name, alert.Query)));

    private static double One(PromEvaluation evaluation, string query) => Assert.Single(evaluation.Evaluate(PromParser.Parse(query))).Value;

    private static IEnumerable<string> LabelsOf(string query) =>
        By().Matches(query).SelectMany(match => match.Groups[1].Value.Split(',', StringSplitOptions.TrimEntries))
            .Concat(Matcher().Matches(query).Select(match => match.Groups[1].Value));

    /// <summary><c>name{labels} value value</c>: the values of two scrapes, half a minute apart.</summary>
    private static PromSeries Series(string line)
    {
        string[] values = line[(line.LastIndexOf('}') + 1)..].Trim().Split(' ');
        string series = line[..(line.LastIndexOf('}') + 1)];
        PromSeries read = PromText.Read([$"{series} {values[0]}", $"{series} {values[1]}"], 30, "job", "instance").Single(one => one.Name != "up"
            || one.Labels["job"] != "job");
        Dictionary<string, string> labels = read.Labels.Where(label => series.Contains($"{label.Key}=\"", StringComparison.Ordinal)).ToDictionary();
        return read with { Labels = labels };
    }

    [GeneratedRegex(@"\bby \(([^)]*)\)")]
    private static partial Regex By();

    [GeneratedRegex("""[{,]\s*([a-z_]+)\s*(?:=~|!~|!=|=)\s*["]""")]
    private static partial Regex Matcher();

    [GeneratedRegex("^#+ (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();
}
