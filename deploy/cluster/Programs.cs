using System.Diagnostics;
using System.Runtime.InteropServices;

namespace XChat.LocalCluster;

/// <summary>The server programs beside this one, run by the runtime that runs this one.</summary>
internal static class Programs
{
    private static readonly string Dotnet = Path.GetFullPath(
        Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));

    /// <summary>The file and the arguments that run a program.</summary>
    public static (string File, string[] Arguments) Command(string program, IEnumerable<string> arguments) =>
        (Dotnet, [Path.Combine(AppContext.BaseDirectory, program + ".dll"), .. arguments]);

    /// <summary>Runs a program to its end and returns what it printed.</summary>
    /// <exception cref="ClusterException">It did not end well.</exception>
    public static async Task<string> RunAsync(string program, params string[] arguments)
    {
        (string file, string[] all) = Command(program, arguments);
        using Process process = Process.Start(new ProcessStartInfo(file, all) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? (await output).Trim() : throw new ClusterException($"{program} {arguments[0]} failed: {(await error).Trim()}");
    }
}
