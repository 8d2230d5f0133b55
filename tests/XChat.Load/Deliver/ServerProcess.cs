using XChat.Testing.Processes;

namespace XChat.Load.Deliver;

/// <summary>A server in a process of its own: XChat as one command, or the bare hub.</summary>
public sealed class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly TestProcess _process;

    private ServerProcess(TestProcess process, Uri address) => (_process, Address) = (process, address);

    public Uri Address { get; }

    public TestProcess Process => _process;

    /// <summary>
    /// The product as its README starts it, over the run's PostgreSQL. Limits that a load from one address would meet at once are set by
    /// configuration; they are counted all the same.
    /// </summary>
    public static Task<ServerProcess> StartXChatAsync(
        LoadDatabase database, CancellationToken cancellationToken, IEnumerable<KeyValuePair<string, string?>>? more = null)
    {
        Dictionary<string, string?> settings = new() { ["XChat__RegistrationDifficulty"] = "1" };
        foreach (string bucket in new[] { "Calls", "Lookups", "Claims", "Registrations", "SignIns" })
        {
            settings[$"XChat__RateLimits__{bucket}__Burst"] = "100000000";
            settings[$"XChat__RateLimits__{bucket}__PerMinute"] = "100000000";
        }

        foreach ((string name, string? value) in more ?? [])
        {
            settings[name] = value;
        }

        return StartAsync(
            ProjectOutput.Of("deploy/standalone", "xchat-standalone"),
            ["--postgres", database.ConnectionString],
            settings,
            "is ready",
            cancellationToken);
    }

    /// <summary>The bare hub, with the collector of what it is compared with: a frontend by itself, or else the one-command server as the load tool.</summary>
    public static Task<ServerProcess> StartBareHubAsync(bool likeFrontend, CancellationToken cancellationToken) => StartAsync(
        typeof(ServerProcess).Assembly.Location,
        [BareHubCommand.Name],
        likeFrontend ? new Dictionary<string, string?> { ["DOTNET_gcServer"] = "0" } : [],
        BareHubCommand.Ready,
        cancellationToken);

    public async ValueTask DisposeAsync()
    {
        _process.SendTerminate();
        await _process.WaitForExitAsync(CancellationToken.None);
        await _process.DisposeAsync();
    }

    private static async Task<ServerProcess> StartAsync(
        string assembly, string[] arguments, Dictionary<string, string?> settings, string ready, CancellationToken cancellationToken)
    {
        Uri address = new($"http://127.0.0.1:{FreePort.Next()}");
        TestProcess process = TestProcess.StartDotnet(
            assembly, [.. arguments, "--urls", address.GetLeftPart(UriPartial.Authority)], settings);
        // The silo of a part before may have ended without its row: the next one waits until that is declared dead.
        await process.WaitForLineAsync(ready, cancellationToken, Patience);
        return new ServerProcess(process, address);
    }
}
