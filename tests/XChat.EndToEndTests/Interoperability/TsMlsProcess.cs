using System.Diagnostics;
using System.Text.Json.Nodes;

using XChat.Testing;

namespace XChat.EndToEndTests.Interoperability;

/// <summary>The Node process in which the ts-mls members live. Its packages are installed once, from the lock file.</summary>
internal sealed class TsMlsProcess : IAsyncDisposable
{
    private readonly Process _process;

    private TsMlsProcess(Process process) => _process = process;

    public static async Task<TsMlsProcess> StartAsync(CancellationToken cancellationToken)
    {
        string folder = FindFolder();
        string stamp = Path.Combine(folder, "node_modules", ".package-lock.json");
        if (!File.Exists(stamp) || File.GetLastWriteTimeUtc(stamp) < File.GetLastWriteTimeUtc(Path.Combine(folder, "package-lock.json")))
        {
            await InstallAsync(folder, cancellationToken);
        }

        return new TsMlsProcess(Start("node", ["member.mjs"], folder));
    }

    public async Task<JsonNode> CallAsync(JsonObject command)
    {
        await _process.StandardInput.WriteLineAsync(command.ToJsonString());
        await _process.StandardInput.FlushAsync();
        string? line = await _process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        JsonNode answer = JsonNode.Parse(line ?? throw new InvalidOperationException("The ts-mls process has ended."))!;
        Assert.True(answer["error"] is null, $"ts-mls refused '{command["command"]}' of {command["name"]}: {answer["error"]}");
        return answer;
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        try
        {
            await _process.WaitForExitAsync().WaitAsync(Eventually.Patience);
        }
        finally
        {
            _process.Kill();
            _process.Dispose();
        }
    }

    private static async Task InstallAsync(string folder, CancellationToken cancellationToken)
    {
        using Process npm = Start(OperatingSystem.IsWindows() ? "npm.cmd" : "npm", ["ci", "--no-audit", "--no-fund"], folder);
        Task<string> output = npm.StandardOutput.ReadToEndAsync(cancellationToken);
        Task<string> error = npm.StandardError.ReadToEndAsync(cancellationToken);
        await npm.WaitForExitAsync(cancellationToken);
        Assert.True(
            npm.ExitCode == 0,
            $"'npm ci' in tests/ts-mls-member failed. It needs Node 20 and a reachable npm registry.\n{await output}{await error}");
    }

    private static Process Start(string program, IEnumerable<string> arguments, string folder)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = program != "node",
        };
        return Process.Start(start) ?? throw new InvalidOperationException($"'{program}' did not start: install Node 20.");
    }

    private static string FindFolder()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "XChat.sln")))
        {
            folder = folder.Parent;
        }

        return Path.Combine(folder?.FullName ?? throw new InvalidOperationException("XChat.sln is in no folder above."), "tests", "ts-mls-member");
    }
}
