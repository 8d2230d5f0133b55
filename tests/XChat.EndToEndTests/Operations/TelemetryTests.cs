using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;

using XChat.Client;
using XChat.EndToEndTests.Client;
using XChat.EndToEndTests.Standalone;
using XChat.Testing;
using XChat.Testing.Database;
using XChat.Testing.Observability;
using XChat.Testing.Processes;

namespace XChat.EndToEndTests.Operations;

/// <summary>What operators see of real processes: traces, metrics and logs by OTLP, metrics for Prometheus, the dashboard.</summary>
public sealed class TelemetryTests(PostgresFixture postgres)
{
    private const string ClientSource = "Microsoft.AspNetCore.SignalR.Client";
    private static readonly TimeSpan Patience = TestProcess.Patience;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_message_is_one_trace_from_the_client_over_hub_and_grain_to_the_database()
    {
        await using TestDatabase database = await postgres.CreateDatabaseAsync(Cancelled);
        await using OtlpReceiver receiver = await OtlpReceiver.StartAsync(Cancelled);
        await using ProcessCluster cluster = await ProcessCluster.StartAsync(
            database.ConnectionString, silos: 1, frontends: 1, Cancelled, ProcessCluster.ManyClients.Concat(receiver.Environment).ToDictionary());
        await using People people = new();
        (XChatClient alice, Guid conversation) = await TalkAsync(people, cluster.Frontends[0].Address);
        ConcurrentQueue<Activity> calls = new();
        using ActivityListener listener = ListenToClient(calls);

        await alice.SendAsync(conversation, "traced", Cancelled);

        // Other tests send at the same time, to other servers: theirs lead nowhere here.
        string[] way = await Eventually.GetAsync(
            () => Task.FromResult(calls
                .Where(call => (call.OperationName + call.DisplayName).Contains("SendMessage", StringComparison.Ordinal))
                .Select(call => WayFromDatabase(receiver, call.TraceId.ToHexString(), call.SpanId.ToHexString()))
                .FirstOrDefault(found => found.Length > 0) ?? []),
            found => found.Length > 0,
            Cancelled,
            Patience);
        Assert.Equal(
            [
                "xchat-silo Npgsql",
                "xchat-silo XChat.Commits",
                "xchat-silo Microsoft.Orleans.Application",
                "xchat-frontend Microsoft.Orleans.Application",
                "xchat-frontend Microsoft.AspNetCore.SignalR.Server",
            ],
            way);
        foreach (string service in new[] { "xchat-silo", "xchat-frontend" })
        {
            await Eventually.HoldsAsync(() => receiver.Has("metrics", service) && receiver.Has("logs", service), Cancelled, Patience);
        }
    }

    [Fact]
    public async Task Metrics_are_shown_to_operators_and_not_to_clients()
    {
        await using TestDatabase database = await postgres.CreateDatabaseAsync(Cancelled);
        Uri operators = new($"http://127.0.0.1:{FreePort.Next()}");
        await using ProcessCluster cluster = await ProcessCluster.StartAsync(
            database.ConnectionString, silos: 1, frontends: 1, Cancelled,
            ProcessCluster.ManyClients.Append(new("XCHAT_OPERATIONS_URL", operators.OriginalString)).ToDictionary());
        await using People people = new();
        (XChatClient alice, Guid conversation) = await TalkAsync(people, cluster.Frontends[0].Address);
        await alice.SendAsync(conversation, "counted", Cancelled);

        (_, string silo) = await GetAsync(new Uri(cluster.Silos[0].Health, "/metrics"));
        (_, string frontend) = await GetAsync(new Uri(operators, "/metrics"));
        (HttpStatusCode forClients, _) = await GetAsync(new Uri(cluster.Frontends[0].Address, "/metrics"));
        (HttpStatusCode forLiars, _) = await GetAsync(new Uri(cluster.Frontends[0].Address, "/metrics"), host: operators.Authority);

        Assert.Contains("message_append_duration_seconds_bucket{", silo, StringComparison.Ordinal);
        Assert.Contains("hub_call_duration_seconds_bucket{", frontend, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, forClients);
        Assert.Equal(HttpStatusCode.NotFound, forLiars);
        // What measures the runtime has its first value some time after the start.
        await Eventually.GetAsync(
            async () => string.Join(", ", MetricNames.MissingIn(
                [(await GetAsync(new Uri(cluster.Silos[0].Health, "/metrics"))).Body, (await GetAsync(new Uri(operators, "/metrics"))).Body])),
            missing => missing.Length == 0,
            Cancelled,
            what: "a metric that dashboards ask for is shown");
    }

    [Fact]
    public async Task The_dashboard_is_for_those_who_know_its_password()
    {
        await using TestDatabase database = await postgres.CreateDatabaseAsync(Cancelled);
        using TemporaryFolder folder = new();
        string file = Path.Combine(folder.Path, "password");
        await File.WriteAllTextAsync(file, "correct-horse-battery-staple\n", Cancelled);
        await using SiloProcess silo = SiloProcess.Start(
            database.ConnectionString, new Dictionary<string, string?> { ["XCHAT_DASHBOARD_PASSWORD_FILE"] = file });
        await silo.WaitUntilReadyAsync(Cancelled);
        Uri counters = new(silo.Health, "/dashboard/DashboardCounters");

        (HttpStatusCode nobody, _) = await GetAsync(counters);
        (HttpStatusCode guesser, _) = await GetAsync(counters, password: "correct-horse-battery-stable");
        (HttpStatusCode administrator, string shown) = await GetAsync(counters, password: "correct-horse-battery-staple");
        (HttpStatusCode page, _) = await GetAsync(new Uri(silo.Health, "/dashboard/"), password: "correct-horse-battery-staple");

        Assert.Equal(HttpStatusCode.Unauthorized, nobody);
        Assert.Equal(HttpStatusCode.Unauthorized, guesser);
        Assert.Equal(HttpStatusCode.OK, administrator);
        Assert.Contains("totalActiveHostCount", shown, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(HttpStatusCode.OK, page);
    }

    [Fact]
    public async Task Without_a_password_there_is_no_dashboard_and_with_a_short_one_no_silo()
    {
        await using TestDatabase database = await postgres.CreateDatabaseAsync(Cancelled);
        using TemporaryFolder folder = new();
        string file = Path.Combine(folder.Path, "password");
        await File.WriteAllTextAsync(file, "admin", Cancelled);
        await using SiloProcess without = SiloProcess.Start(database.ConnectionString);
        await using SiloProcess weak = SiloProcess.Start(
            database.ConnectionString, new Dictionary<string, string?> { ["XCHAT_DASHBOARD_PASSWORD_FILE"] = file });
        await without.WaitUntilReadyAsync(Cancelled);

        Assert.Equal(HttpStatusCode.NotFound, (await GetAsync(new Uri(without.Health, "/dashboard/"))).Status);
        Assert.Equal(1, await weak.Process.WaitForExitAsync(Cancelled, Patience));
        Assert.Contains("fewer than 24 characters", weak.Process.Transcript(), StringComparison.Ordinal);
    }

    private static async Task<(XChatClient Alice, Guid Conversation)> TalkAsync(People people, Uri server)
    {
        XChatClient alice = await people.JoinAsync(server, "alice", Cancelled);
        XChatClient bob = await people.JoinAsync(server, "bob", Cancelled);
        Guid conversation = await alice.OpenDirectAsync(bob.RequireSelf().Handle, Cancelled);
        await alice.SendAsync(conversation, "first", Cancelled);
        await People.ExpectAsync(bob, conversation, ["first"], Cancelled);
        return (alice, conversation);
    }

    private static ActivityListener ListenToClient(ConcurrentQueue<Activity> calls)
    {
        ActivityListener listener = new()
        {
            ShouldListenTo = source => source.Name == ClientSource,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = calls.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }

    /// <summary>The services and sources on the way from a statement up to the client's call; empty while a part of it has not arrived.</summary>
    private static string[] WayFromDatabase(OtlpReceiver receiver, string trace, string client)
    {
        Dictionary<string, ReceivedSpan> spans = receiver.Spans.Where(span => span.Trace == trace).DistinctBy(span => span.Id).ToDictionary(span => span.Id);
        foreach (ReceivedSpan statement in spans.Values.Where(span => span.Source == "Npgsql" && span.Service == "xchat-silo"))
        {
            List<string> way = [];
            ReceivedSpan? at = statement;
            string last = string.Empty;
            for (; at is not null; at = spans.GetValueOrDefault(at.Parent))
            {
                way.Add($"{at.Service} {at.Source}");
                last = at.Parent;
            }

            if (last == client && way.Contains("xchat-silo XChat.Commits"))
            {
                return [.. way];
            }
        }

        return [];
    }

    private static async Task<(HttpStatusCode Status, string Body)> GetAsync(Uri url, string? password = null, string? host = null)
    {
        using HttpClient http = new();
        using HttpRequestMessage request = new(HttpMethod.Get, url);
        request.Headers.Host = host;
        if (password is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"admin:{password}")));
        }

        using HttpResponseMessage response = await http.SendAsync(request, Cancelled);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(Cancelled));
    }
}
