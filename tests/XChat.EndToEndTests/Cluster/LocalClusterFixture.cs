using System.Net;
using System.Net.Sockets;
using System.Text.Json;

using XChat.EndToEndTests.Standalone;
using XChat.Testing.Processes;

namespace XChat.EndToEndTests.Cluster;

/// <summary>One local cluster, started by its command, for the tests of a class. Its limits are those for many clients on one machine.</summary>
public sealed class LocalClusterFixture : IAsyncLifetime
{
    private static readonly TimeSpan StartPatience = TestProcess.Patience;
    private static readonly string Program = ProjectOutput.Of("deploy/cluster", "xchat-cluster");

    private readonly TemporaryFolder _folder = new();
    private readonly int _port = FreeBlock();
    private TestProcess? _process;

    /// <summary>Where clients connect.</summary>
    public Uri Door => new($"http://127.0.0.1:{_port}");

    /// <summary>The command that keeps it running.</summary>
    public TestProcess Process => _process!;

    public async ValueTask InitializeAsync() => await StartAsync(TestContext.Current.CancellationToken);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _process = TestProcess.StartDotnet(Program, ["--data", _folder.Path, "--port", $"{_port}"], ProcessCluster.ManyClients);
        _ = await _process.WaitForLineAsync("XChat is ready", cancellationToken, StartPatience);
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
        {
            // Not killed: its children end by its death signal, but not at once, and the folder is deleted next.
            _process.SendInterrupt();
            _ = await _process.WaitForExitAsync(CancellationToken.None, StartPatience);
        }

        await (_process?.DisposeAsync() ?? ValueTask.CompletedTask);
        _folder.Dispose();
    }

    /// <summary>Runs one of the commands beside it, to its end.</summary>
    public async Task<(int ExitCode, string Said)> CommandAsync(CancellationToken cancellationToken, params string[] arguments)
    {
        await using TestProcess command = TestProcess.StartDotnet(Program, [.. arguments, "--data", _folder.Path]);
        int exitCode = await command.WaitForExitAsync(cancellationToken, StartPatience);
        return (exitCode, command.Transcript());
    }

    /// <summary>The processes and their states, by name such as <c>silos 1</c>.</summary>
    public async Task<Dictionary<string, (int ProcessId, string State)>> StatusAsync(CancellationToken cancellationToken)
    {
        await using TestProcess command = TestProcess.StartDotnet(Program, ["status", "--json", "--data", _folder.Path]);
        _ = await command.WaitForExitAsync(cancellationToken, StartPatience);
        using JsonDocument status = JsonDocument.Parse(string.Concat(command.Output));
        return status.RootElement.GetProperty("members").EnumerateArray().ToDictionary(
            member => $"{member.GetProperty("role").GetString()} {member.GetProperty("number").GetInt32()}",
            member => (
                member.GetProperty("processId") is { ValueKind: JsonValueKind.Number } id ? id.GetInt32() : 0, member.GetProperty("state").GetString()!));
    }

    /// <summary>A hundred ports that are free at this moment, below those that other tests take and those that the system gives out by itself.</summary>
    private static int FreeBlock()
    {
        // Test runs that begin together begin at different places.
        int[] blocks = [.. Enumerable.Range(100, 120).Select(block => block * 100)];
        Random.Shared.Shuffle(blocks);
        return blocks.FirstOrDefault(first => Enumerable.Range(first, 100).All(IsFree)) is > 0 and int found
            ? found
            : throw new InvalidOperationException("No hundred ports in a row are free between 10000 and 22000.");
    }

    private static bool IsFree(int port)
    {
        try
        {
            using TcpListener probe = new(IPAddress.Loopback, port);
            probe.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
