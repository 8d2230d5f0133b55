using Npgsql;
using XChat.Testing;
using XChat.Testing.Processes;

namespace XChat.EndToEndTests.Standalone;

/// <summary>A disk that runs full while the one-command server is at work.</summary>
public sealed class FullDiskTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_is_said_nothing_is_lost_and_all_is_back_when_there_is_room()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "Only root mounts a small disk.");
        using TemporaryFolder folder = new();
        Assert.SkipUnless(await RunAsync("mount", "-t", "tmpfs", "-o", "size=200m,mode=755", "none", folder.Path), "No disk can be mounted here.");
        try
        {
            await FillAndComeBackAsync(folder.Path);
        }
        finally
        {
            await RunAsync("umount", "-l", folder.Path);
        }
    }

    private static async Task FillAndComeBackAsync(string disk)
    {
        string data = Path.Combine(disk, "data");
        string filler = Path.Combine(disk, "filler");
        string[] arguments = ["--data", data, "--urls", StandaloneServer.NextUrl()];
        await using TestProcess first = StandaloneServer.Start(arguments);
        await first.WaitForLineAsync("XChat is ready", Cancelled, StandaloneServer.StartPatience);
        await StandaloneServer.QueryAsync(data, "CREATE TABLE kept (id integer)", Cancelled);
        await StandaloneServer.QueryAsync(data, "INSERT INTO kept VALUES (1)", Cancelled);

        Fill(filler);
        await Eventually.HoldsAsync(() => first.Error.Any(line => line.Contains("The disk is almost full", StringComparison.Ordinal)), Cancelled);
        int acknowledged = 1 + await InsertUntilRefusedAsync(data);
        int exit = await first.WaitForExitAsync(Cancelled, StandaloneServer.StartPatience);
        await using TestProcess hopeless = StandaloneServer.Start(arguments);
        int again = await hopeless.WaitForExitAsync(Cancelled, StandaloneServer.StartPatience);
        File.Delete(filler);
        await using TestProcess second = StandaloneServer.Start(arguments);
        await second.WaitForLineAsync("XChat is ready", Cancelled, StandaloneServer.StartPatience);

        Assert.Equal((1, 1), (exit, again));
        Assert.Contains(first.Error, line => line.StartsWith("XChat ends. The disk is full: ", StringComparison.Ordinal));
        Assert.Contains("The disk is full: ", Assert.Single(hopeless.Error), StringComparison.Ordinal);
        Assert.Equal((long)acknowledged, await StandaloneServer.QueryAsync(data, "SELECT count(*) FROM kept", Cancelled));
    }

    /// <summary>Each insert is in a log segment of its own, so that soon there is no room for the next. Returns how many were acknowledged.</summary>
    private static async Task<int> InsertUntilRefusedAsync(string data)
    {
        for (int count = 0; ; count++)
        {
            try
            {
                await StandaloneServer.QueryAsync(data, "SELECT pg_switch_wal()", Cancelled);
                await StandaloneServer.QueryAsync(data, "INSERT INTO kept VALUES (2)", Cancelled);
            }
            catch (NpgsqlException problem)
            {
                TestContext.Current.TestOutputHelper!.WriteLine($"refused after {count}: {problem.Message}");
                return count;
            }
        }
    }

    private static void Fill(string file)
    {
        byte[] some = new byte[1 << 20];
        using FileStream filler = new(file, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            while (true)
            {
                filler.Write(some);
            }
        }
        catch (IOException)
        {
            // Full.
        }
    }

    private static async Task<bool> RunAsync(string program, params string[] arguments)
    {
        await using TestProcess process = TestProcess.Start(program, arguments);
        return await process.WaitForExitAsync(CancellationToken.None) == 0;
    }
}
