using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace XChat.EmbeddedPostgres;

/// <summary>The server process of a cluster: starting it, telling whether one is left over, and ending it.</summary>
internal sealed class Postmaster(PostgresInstallation installation, ServerFolder folder, ServerAccount account)
{
    private const int StopSeconds = 60;

    private string PidFile => Path.Combine(folder.Cluster, "postmaster.pid");

    /// <summary>
    /// Ends a server that outlived an XChat which was killed; its clients are gone with XChat, so nothing is lost. A pid file whose process
    /// is some other program by now is only removed.
    /// </summary>
    public async Task EndLeftoverAsync()
    {
        if (!File.Exists(PidFile))
        {
            return;
        }

        if (IsOurs(await File.ReadAllLinesAsync(PidFile)))
        {
            await StopAsync();
        }
        else
        {
            File.Delete(PidFile);
        }
    }

    /// <summary>Starts the server. The answer completes when it has ended, which it should not do before it is asked to.</summary>
    public Task Start()
    {
        bool tied = TiedProcess.Supported;
        ProcessStartInfo start = tied ? TiedToThisProcess() : Detached();
        start.RedirectStandardOutput = false;
        start.RedirectStandardError = false;
        return EndAsync(start, tied);
    }

    public async Task StopAsync()
    {
        ProgramOutput output = await account.RunAsync(
            installation.Program("pg_ctl"), folder.Root, "stop", "-D", folder.Cluster, "-m", "fast", "-w", "-t", $"{StopSeconds}", "-s");
        if (output.ExitCode != 0 && File.Exists(PidFile))
        {
            throw new EmbeddedPostgresException($"PostgreSQL in {folder.Cluster} did not stop: {output.LastLines(3)}");
        }
    }

    /// <summary>The last lines that the server wrote about itself.</summary>
    public string LogTail() => File.Exists(folder.Log) ? ProgramOutput.Tail(File.ReadAllText(folder.Log), 5) : "(it wrote no log)";

    private static async Task EndAsync(ProcessStartInfo start, bool tied)
    {
        int exitCode;
        try
        {
            using TiedProcess process = await TiedProcess.StartAsync(start);
            exitCode = await process.Ended;
        }
        catch (Win32Exception problem)
        {
            throw new EmbeddedPostgresException($"PostgreSQL cannot be started: {problem.Message}", problem);
        }

        if (!tied && exitCode == 0)
        {
            // A starter that only hands over ends at once, and well; the server is watched by connecting to it then.
            await Task.Delay(Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>
    /// Ctrl-C in the terminal does not reach the server before the silo has stopped; the death signal (a fast shutdown) ends it if this process is killed.
    /// </summary>
    private ProcessStartInfo TiedToThisProcess()
    {
        (string shell, string[] arguments) = TiedProcess.Command(
            folder.Log, "INT", installation.Program("postgres"), ["-D", folder.Cluster, "-c", $"config_file={folder.Configuration}"]);
        return account.StartInfo(shell, folder.Root, arguments);
    }

    /// <summary>Where those two programs are missing, pg_ctl detaches the server; if this process is killed the next start ends it.</summary>
    private ProcessStartInfo Detached()
    {
        File.Delete(folder.Log);
        return account.StartInfo(
            installation.Program("pg_ctl"),
            folder.Root,
            ["start", "-D", folder.Cluster, "-o", $"-c config_file=\"{folder.Configuration}\"", "-l", folder.Log, "-w", "-s"]);
    }

    /// <summary>The first two lines of a pid file are the process and the data folder. The process may have been another one's since a reboot.</summary>
    private bool IsOurs(string[] pidFile)
    {
        if (pidFile.Length < 2 || !int.TryParse(pidFile[0], CultureInfo.InvariantCulture, out int pid))
        {
            return false;
        }

        try
        {
            using Process process = Process.GetProcessById(pid);
            string commandLine = $"/proc/{pid}/cmdline";
            return File.Exists(commandLine)
                ? File.ReadAllText(commandLine).Split('\0').Contains(folder.Cluster)
                : process.ProcessName.StartsWith("postgres", StringComparison.Ordinal);
        }
        catch (Exception gone) when (gone is ArgumentException or InvalidOperationException or IOException)
        {
            return false;
        }
    }
}
