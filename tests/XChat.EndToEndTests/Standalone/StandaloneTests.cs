using System.Net;
using System.Net.Sockets;
using Npgsql;
using XChat.Testing;
using XChat.Testing.Database;
using XChat.Testing.Processes;

namespace XChat.EndToEndTests.Standalone;

/// <summary>The one command that starts everything, as a real process.</summary>
public sealed class StandaloneTests(PostgresFixture postgres)
{
    private static readonly TimeSpan StartPatience = TestProcess.Patience;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_says_one_line_when_it_is_ready_and_ends_cleanly_on_interrupt()
    {
        using TemporaryFolder folder = new();
        string url = NextUrl();
        await using TestProcess server = Start(folder, url);

        string line = await server.WaitForLineAsync("XChat is ready", Cancelled, StartPatience);
        HttpStatusCode live = await GetAsync(url + "/health/live");
        HttpStatusCode ready = await GetAsync(url + "/health/ready");
        int postmaster = PostmasterOf(folder);
        server.SendInterrupt();
        int exit = await server.WaitForExitAsync(Cancelled);

        Assert.Equal($"XChat is ready at {url}", line);
        Assert.Equal([line], server.Output);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (live, ready));
        Assert.Equal(0, exit);
        Assert.False(IsRunning(postmaster));
        Assert.False(File.Exists(Path.Combine(folder.Path, "postgres", "postmaster.pid")));
    }

    [Fact]
    public async Task Killed_it_takes_its_database_along_and_comes_back_with_everything()
    {
        using TemporaryFolder folder = new();
        string url = NextUrl();
        await using TestProcess first = Start(folder, url);
        await first.WaitForLineAsync("XChat is ready", Cancelled, StartPatience);
        await using (NpgsqlDataSource database = NpgsqlDataSource.Create(ConnectionTo(folder)))
        {
            await using NpgsqlCommand keep = database.CreateCommand("CREATE TABLE kept (id integer); INSERT INTO kept VALUES (42);");
            await keep.ExecuteNonQueryAsync(Cancelled);
        }

        int postmaster = PostmasterOf(folder);
        first.Kill();
        await using TestProcess second = Start(folder, url);
        await second.WaitForLineAsync("XChat is ready", Cancelled, StartPatience);

        Assert.False(IsRunning(postmaster));
        Assert.Equal(HttpStatusCode.OK, await GetAsync(url + "/health/ready"));
        await using (NpgsqlDataSource database = NpgsqlDataSource.Create(ConnectionTo(folder)))
        {
            await using NpgsqlCommand read = database.CreateCommand("SELECT id FROM kept");
            Assert.Equal(42, await read.ExecuteScalarAsync(Cancelled));
        }

        second.SendTerminate();
        Assert.Equal(0, await second.WaitForExitAsync(Cancelled));
    }

    [Fact]
    public async Task A_taken_port_is_said_in_one_line()
    {
        using TemporaryFolder folder = new();
        using TcpListener other = new(IPAddress.Loopback, 0);
        other.Start();
        int port = ((IPEndPoint)other.LocalEndpoint).Port;
        await using TestProcess server = Start(folder, $"http://127.0.0.1:{port}");

        int exit = await server.WaitForExitAsync(Cancelled, StartPatience);

        Assert.NotEqual(0, exit);
        Assert.Empty(server.Output);
        string line = Assert.Single(server.Error);
        Assert.Contains($"Port {port} is taken", line, StringComparison.Ordinal);
        Assert.Contains("--urls", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_data_folder_in_use_is_said_in_one_line_and_its_owner_goes_on()
    {
        using TemporaryFolder folder = new();
        string url = NextUrl();
        await using TestProcess owner = Start(folder, url);
        await owner.WaitForLineAsync("XChat is ready", Cancelled, StartPatience);

        await using TestProcess intruder = Start(folder, NextUrl());
        int exit = await intruder.WaitForExitAsync(Cancelled, StartPatience);

        Assert.NotEqual(0, exit);
        Assert.Contains("in use by another XChat", Assert.Single(intruder.Error), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, await GetAsync(url + "/health/ready"));
    }

    [Fact]
    public async Task Two_run_side_by_side()
    {
        using TemporaryFolder left = new();
        using TemporaryFolder right = new();
        await using TestProcess one = Start(left, NextUrl());
        await using TestProcess other = Start(right, NextUrl());

        await one.WaitForLineAsync("XChat is ready", Cancelled, StartPatience);
        await other.WaitForLineAsync("XChat is ready", Cancelled, StartPatience);
    }

    [Fact]
    public async Task A_named_database_is_used_and_one_that_is_not_durable_is_refused()
    {
        using TemporaryFolder folder = new();
        await using TestDatabase database = await postgres.CreateEmptyDatabaseAsync(Cancelled);
        await using TestProcess hasty = Start(
            folder, NextUrl(), "--postgres", database.ConnectionString + ";Options=-c synchronous_commit=off");
        int exit = await hasty.WaitForExitAsync(Cancelled, StartPatience);

        await using TestProcess server = Start(folder, NextUrl(), "--postgres", database.ConnectionString);
        await server.WaitForLineAsync("XChat is ready", Cancelled, StartPatience);

        Assert.NotEqual(0, exit);
        Assert.Contains(hasty.Error, line => line.Contains("synchronous_commit = off", StringComparison.Ordinal));
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Fact]
    public async Task Data_that_the_database_account_of_root_cannot_reach_go_elsewhere_and_it_says_where()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root starts PostgreSQL as another account.");
        using TemporaryFolder closed = new();
        string data = Path.Combine(closed.Path, "data");
        await using TestProcess server = StandaloneServer.Start(["--data", data, "--urls", NextUrl()]);

        await server.WaitForLineAsync("XChat is ready", Cancelled, StartPatience);
        // It was written before, and may be read after.
        await Eventually.HoldsAsync(() => server.Error.Count > 0, Cancelled);
        string notice = server.Error.First();
        server.SendTerminate();
        int exit = await server.WaitForExitAsync(Cancelled);

        Assert.Equal(0, exit);
        Assert.Contains($"cannot reach {data}: the data are in /var/lib/xchat-", notice, StringComparison.Ordinal);
        Directory.Delete(notice[notice.IndexOf("/var/lib/xchat-", StringComparison.Ordinal)..].TrimEnd('.'), recursive: true);
    }

    private static TestProcess Start(TemporaryFolder folder, string url, params string[] more) =>
        StandaloneServer.Start(["--data", folder.Path, "--urls", url, .. more]);

    private static string NextUrl() => StandaloneServer.NextUrl();

    private static async Task<HttpStatusCode> GetAsync(string url)
    {
        using HttpClient http = new();
        using HttpResponseMessage response = await http.GetAsync(new Uri(url), Cancelled);
        return response.StatusCode;
    }

    private static string ConnectionTo(TemporaryFolder folder) => StandaloneServer.ConnectionTo(folder.Path);

    private static int PostmasterOf(TemporaryFolder folder) =>
        int.Parse(File.ReadLines(Path.Combine(folder.Path, "postgres", "postmaster.pid")).First(), System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>A process that has ended and is only waiting to be collected has no command line any more.</summary>
    private static bool IsRunning(int process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/cmdline").Contains("postgres", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }
}
