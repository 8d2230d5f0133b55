using XChat.Testing.Processes;

namespace XChat.EndToEndTests.Standalone;

/// <summary>What the one command cannot do, it says in a few plain words, and leaves nothing running.</summary>
public sealed class StandaloneRefusalTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("--urls", "", "--urls is empty")]
    [InlineData("--urls", "nonsense", "which is not an address like http://127.0.0.1:5080")]
    [InlineData("--urls", "http://127.0.0.1:99999", "which is not an address like http://127.0.0.1:5080")]
    [InlineData("--urls", "http://127.0.0.1:5080/chat", "which is not an address like http://127.0.0.1:5080")]
    [InlineData("--urls", "https://127.0.0.1:5080", "Put a reverse proxy that has one in front")]
    [InlineData("--urls", "http://127.0.0.l:5080", "127.0.0.1 for this machine alone, * for every network")]
    [InlineData("--urls", "http://203.0.113.9:5080", "Nothing can listen at http://203.0.113.9:5080")]
    [InlineData("--data", "", "--data is empty")]
    [InlineData("--data", "/dev/null", "The data folder /dev/null cannot be used")]
    [InlineData("--postgres", "hello", "--postgres is not a connection string")]
    [InlineData("--postgres", "Database=xchat", "--postgres names no server")]
    [InlineData("--postgres", "Host=127.0.0.1;Port=1;Password=sesame", "The database that --postgres names cannot be used: Failed to connect")]
    public async Task A_wrong_option_is_said_in_one_line(string option, string value, string said)
    {
        using TemporaryFolder folder = new();
        string[] others = option == "--data" ? ["--urls", StandaloneServer.NextUrl()] : ["--data", folder.Path];
        await using TestProcess server = StandaloneServer.Start([option, value, .. option == "--postgres" ? ["--urls", StandaloneServer.NextUrl()] : others]);

        int exit = await server.WaitForExitAsync(Cancelled, StandaloneServer.StartPatience);

        Assert.Equal(1, exit);
        Assert.Empty(server.Output);
        string line = Assert.Single(server.Error);
        Assert.Contains(said, line, StringComparison.Ordinal);
        Assert.DoesNotContain("sesame", line, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Fact]
    public async Task A_folder_without_PostgreSQL_is_refused_by_name()
    {
        using TemporaryFolder folder = new();
        await using TestProcess server = StandaloneServer.Start(
            ["--data", folder.Path, "--urls", StandaloneServer.NextUrl()], new Dictionary<string, string?> { ["XCHAT_POSTGRES_BIN"] = folder.Path });

        Assert.Equal(1, await server.WaitForExitAsync(Cancelled, StandaloneServer.StartPatience));
        Assert.Contains("which has no PostgreSQL 15 or newer", Assert.Single(server.Error), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Options_come_from_the_environment_too()
    {
        using TemporaryFolder folder = new();
        string url = StandaloneServer.NextUrl();
        await using TestProcess server = StandaloneServer.Start(
            [], new Dictionary<string, string?> { ["XCHAT_URLS"] = url, ["XCHAT_DATA"] = folder.Path });

        Assert.Equal($"XChat is ready at {url}", await server.WaitForLineAsync("XChat is ready", Cancelled, StandaloneServer.StartPatience));
        Assert.True(File.Exists(Path.Combine(folder.Path, "postgres", "PG_VERSION")));
    }

    [Fact]
    public async Task Damaged_data_are_left_alone_and_the_remedy_is_said()
    {
        using TemporaryFolder folder = new();
        string control = Path.Combine(folder.Path, "postgres", "global", "pg_control");
        string password = Path.Combine(folder.Path, "postgres.password");
        await StartAndStopAsync(folder);

        File.Move(control, control + ".kept");
        string withoutControl = await RefusalAsync(folder);
        File.Move(control + ".kept", control);
        File.Move(password, password + ".kept");
        string withoutPassword = await RefusalAsync(folder);
        File.WriteAllText(password, "another");
        string withOtherPassword = await RefusalAsync(folder);
        File.Move(password + ".kept", password, overwrite: true);

        Assert.Contains($"restore {folder.Path} from a backup", withoutControl, StringComparison.Ordinal);
        Assert.Contains("postgres.password is missing while its data are there", withoutPassword, StringComparison.Ordinal);
        Assert.Contains("is not the one of the data beside it", withOtherPassword, StringComparison.Ordinal);
        await StartAndStopAsync(folder);
    }

    private static async Task StartAndStopAsync(TemporaryFolder folder)
    {
        await using TestProcess server = Start(folder);
        await server.WaitForLineAsync("XChat is ready", Cancelled, StandaloneServer.StartPatience);
        server.SendTerminate();
        Assert.Equal(0, await server.WaitForExitAsync(Cancelled, StandaloneServer.StartPatience));
    }

    private static async Task<string> RefusalAsync(TemporaryFolder folder)
    {
        await using TestProcess server = Start(folder);
        Assert.Equal(1, await server.WaitForExitAsync(Cancelled, StandaloneServer.StartPatience));
        Assert.Empty(server.Output);
        return string.Join('\n', server.Error);
    }

    private static TestProcess Start(TemporaryFolder folder) =>
        StandaloneServer.Start(["--data", folder.Path, "--urls", StandaloneServer.NextUrl()]);
}
