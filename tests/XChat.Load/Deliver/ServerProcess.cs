using System.Diagnostics;

using XChat.Testing.Processes;

namespace XChat.Load.Deliver;

/// <summary>A server in a process of its own: XChat as one command, or the bare hub.</summary>
public sealed class ServerProcess : IAsyncDisposable
{
    private readonly TestProcess _process;
    private readonly string? _folder;

    private ServerProcess(TestProcess process, Uri address, string? folder) => (_process, Address, _folder) = (process, address, folder);

    public Uri Address { get; }

    /// <summary>Bytes of memory that the process holds now.</summary>
    public long WorkingSet
    {
        get
        {
            using Process process = Process.GetProcessById(_process.Id);
            return process.WorkingSet64;
        }
    }

    /// <summary>The product as its README starts it, but for limits that a load from one address would meet at once.</summary>
    public static async Task<ServerProcess> StartXChatAsync(CancellationToken cancellationToken)
    {
        string folder = Path.Combine(Path.GetTempPath(), $"xchat-deliver-{Environment.ProcessId}");
        Dictionary<string, string?> settings = new() { ["XChat__RegistrationDifficulty"] = "1" };
        foreach (string bucket in new[] { "Calls", "Lookups", "Claims", "Registrations", "SignIns" })
        {
            settings[$"XChat__RateLimits__{bucket}__Burst"] = "10000000";
            settings[$"XChat__RateLimits__{bucket}__PerMinute"] = "10000000";
        }

        Uri address = FreeAddress();
        TestProcess process = TestProcess.StartDotnet(
            ProjectOutput.Of("deploy/standalone", "xchat-standalone"), ["--data", folder, "--urls", Origin(address)], settings);
        await process.WaitForLineAsync("is ready", cancellationToken);
        return new ServerProcess(process, address, folder);
    }

    public static async Task<ServerProcess> StartBareHubAsync(CancellationToken cancellationToken)
    {
        Uri address = FreeAddress();
        TestProcess process = TestProcess.StartDotnet(typeof(ServerProcess).Assembly.Location, ["bare-hub", "--urls", Origin(address)]);
        await process.WaitForLineAsync(BareHubCommand.Ready, cancellationToken);
        return new ServerProcess(process, address, folder: null);
    }

    public async ValueTask DisposeAsync()
    {
        _process.SendTerminate();
        await _process.WaitForExitAsync(CancellationToken.None);
        await _process.DisposeAsync();
        if (_folder is not null)
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    private static Uri FreeAddress() => new($"http://127.0.0.1:{FreePort.Next()}");

    private static string Origin(Uri address) => address.GetLeftPart(UriPartial.Authority);
}
