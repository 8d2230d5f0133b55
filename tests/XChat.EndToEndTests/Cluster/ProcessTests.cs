using System.Net;
using System.Net.Http.Json;
using XChat.Protocol;
using XChat.Protocol.Accounts;
using XChat.Testing;
using XChat.Testing.Database;
using XChat.Testing.Processes;

namespace XChat.EndToEndTests.Cluster;

/// <summary>Silos and frontends as processes of their own over one PostgreSQL.</summary>
public sealed class ProcessTests(PostgresFixture postgres)
{
    private static readonly TimeSpan StartPatience = TestProcess.Patience;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_frontend_waits_for_the_first_silo_and_is_ready_after_it()
    {
        await using TestDatabase database = await postgres.CreateEmptyDatabaseAsync(Cancelled);
        SiloPorts ports = SiloPorts.Next();
        string url = $"http://127.0.0.1:{FreePort.Next()}";
        await using TestProcess frontend = StartFrontend(database, url);
        await Eventually.HoldsAsync(
            () => frontend.Transcript().Contains("No silo can be reached yet", StringComparison.Ordinal), Cancelled, StartPatience);

        await using TestProcess silo = StartSilo(database, ports);

        await WaitUntilReadyAsync(ports.HealthUrl);
        await WaitUntilReadyAsync(url);
        frontend.SendTerminate();
        silo.SendTerminate();
        Assert.Equal(0, await frontend.WaitForExitAsync(Cancelled, StartPatience));
        Assert.Equal(0, await silo.WaitForExitAsync(Cancelled, StartPatience));
    }

    [Fact]
    public async Task A_lone_silo_that_was_killed_is_back_within_seconds()
    {
        await using TestDatabase database = await postgres.CreateEmptyDatabaseAsync(Cancelled);
        SiloPorts ports = SiloPorts.Next();
        await using TestProcess first = StartSilo(database, ports);
        await WaitUntilReadyAsync(ports.HealthUrl);

        first.Kill();
        await using TestProcess second = StartSilo(database, ports);
        await WaitUntilReadyAsync(ports.HealthUrl);

        // What it must not do is wait for its predecessor to be voted dead, which takes half a minute and more: it declares it dead itself, and joins then.
        Assert.Equal((1, 1), (await CountAsync(database, active: true), await CountAsync(database, active: false)));
        string[] said = [.. second.Output];
        int buried = Array.FindIndex(said, line => line.Contains("Marking other older clone as Dead", StringComparison.Ordinal));
        int joined = Array.FindIndex(said, line => line.Contains("-BecomeActive", StringComparison.Ordinal));
        Assert.InRange(buried, 0, joined);
    }

    [Fact]
    public async Task Three_silos_form_a_cluster_and_go_on_when_one_is_killed()
    {
        await using TestDatabase database = await postgres.CreateEmptyDatabaseAsync(Cancelled);
        SiloPorts[] ports = [SiloPorts.Next(), SiloPorts.Next(), SiloPorts.Next()];
        string url = $"http://127.0.0.1:{FreePort.Next()}";
        await using TestProcess one = StartSilo(database, ports[0]);
        await using TestProcess two = StartSilo(database, ports[1]);
        await using TestProcess three = StartSilo(database, ports[2]);
        await using TestProcess frontend = StartFrontend(database, url);
        await Task.WhenAll([.. ports.Select(port => WaitUntilReadyAsync(port.HealthUrl)), WaitUntilReadyAsync(url)]);

        two.Kill();

        await Eventually.HoldsAsync(async () => await CountAsync(database, active: true) == 2, Cancelled, StartPatience);
        await WaitUntilReadyAsync(ports[0].HealthUrl);
        await WaitUntilReadyAsync(url);
    }

    [Fact]
    public async Task A_frontend_says_that_a_silo_does_not_answer_before_its_client_gives_up()
    {
        await using TestDatabase database = await postgres.CreateEmptyDatabaseAsync(Cancelled);
        await using ProcessCluster cluster = await ProcessCluster.StartAsync(database.ConnectionString, silos: 1, frontends: 1, Cancelled);
        // Less than the SDK waits. Orleans' own default is as long as that, so that the SDK would hear nothing.
        using HttpClient client = new() { BaseAddress = cluster.Frontends[0].Address, Timeout = TimeSpan.FromSeconds(25) };
        cluster.Silos[0].Process.Suspend();

        using HttpResponseMessage answer = await client.PostAsJsonAsync(
            Routes.Challenges, new ChallengeRequest(Guid.CreateVersion7(), Guid.CreateVersion7()), Cancelled);

        cluster.Silos[0].Process.Resume();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Contains("unavailable", await answer.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_wrong_option_is_named_with_its_consequence()
    {
        await using TestProcess silo = TestProcess.StartDotnet(
            ProjectOutput.Of("silo/XChat.Silo", "XChat.Silo"), ["--silo-port", "70000", "--silo-address", "everywhere"]);

        int exit = await silo.WaitForExitAsync(Cancelled, StartPatience);

        Assert.NotEqual(0, exit);
        string said = silo.Transcript();
        Assert.Contains("XChat:Postgres is empty", said, StringComparison.Ordinal);
        Assert.Contains("XChat:SiloPort is 70000", said, StringComparison.Ordinal);
        Assert.Contains("XChat:SiloAddress is \"everywhere\"", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://127.0.0.1:5443", "XChat itself has no certificate")]
    [InlineData("http://chat.example.org:5080", "whose host is a name")]
    [InlineData("5080", "not an address like")]
    public async Task A_frontend_says_where_it_will_not_listen(string url, string why)
    {
        await using TestProcess frontend = TestProcess.StartDotnet(
            ProjectOutput.Of("frontend/XChat.Frontend", "XChat.Frontend"), ["--postgres", "Host=127.0.0.1;Database=none", "--urls", url]);

        Assert.Equal(1, await frontend.WaitForExitAsync(Cancelled, StartPatience));

        Assert.Contains(why, frontend.Transcript(), StringComparison.Ordinal);
    }

    private static async Task<long> CountAsync(TestDatabase database, bool active)
    {
        await using Npgsql.NpgsqlCommand count = database.DataSource.CreateCommand(
            "SELECT count(*) FROM orleans_membership WHERE (status = 3) = $1");
        count.Parameters.Add(new Npgsql.NpgsqlParameter<bool> { TypedValue = active });
        return (long)(await count.ExecuteScalarAsync(Cancelled))!;
    }

    private static TestProcess StartSilo(TestDatabase database, SiloPorts ports) => TestProcess.StartDotnet(
        ProjectOutput.Of("silo/XChat.Silo", "XChat.Silo"),
        [
            "--postgres", database.ConnectionString, "--silo-port", $"{ports.Silo}", "--gateway-port", $"{ports.Gateway}",
            "--http-url", ports.HealthUrl,
        ]);

    private static TestProcess StartFrontend(TestDatabase database, string url) => TestProcess.StartDotnet(
        ProjectOutput.Of("frontend/XChat.Frontend", "XChat.Frontend"), ["--postgres", database.ConnectionString, "--urls", url]);

    private static Task WaitUntilReadyAsync(string url) =>
        Eventually.HoldsAsync(() => Readiness.IsReadyAsync(new Uri(url), Cancelled), Cancelled, StartPatience, what: $"{url} is ready");

    private sealed record SiloPorts(int Silo, int Gateway, int Health)
    {
        public string HealthUrl => $"http://127.0.0.1:{Health}";

        public static SiloPorts Next() => new(FreePort.Next(), FreePort.Next(), FreePort.Next());
    }
}
