using System.ComponentModel;
using System.Diagnostics;

namespace XChat.FaultTests.Cluster;

/// <summary>Small programs of the system.</summary>
internal static class Tool
{
    /// <summary>Runs one to its end.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message is what it said.</exception>
    public static async Task RunAsync(params string[] command)
    {
        if (await TryAsync(command) is { } problem)
        {
            throw new InvalidOperationException(problem);
        }
    }

    /// <summary>Runs one to its end; what was wrong, or null.</summary>
    public static async Task<string?> TryAsync(params string[] command)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardError = true })!;
            string said = await process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync();
            return process.ExitCode == 0 ? null : $"{string.Join(' ', command)}: {said.Trim()}";
        }
        catch (Win32Exception missing)
        {
            return $"{command[0]}: {missing.Message}";
        }
    }
}
