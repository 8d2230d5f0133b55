using System.Diagnostics;
using System.Runtime.InteropServices;

namespace XChat.EmbeddedPostgres;

/// <summary>
/// A server process that belongs to this one: what it says goes to a file, Ctrl-C in the terminal does not reach it, and on Linux it is told to end when
/// this process dies, however that happens.
/// </summary>
public sealed partial class TiedProcess : IDisposable
{
    private const string SetSession = "/usr/bin/setsid";
    private const string SetPrivileges = "/usr/bin/setpriv";
    private const int Terminate = 15;

    private readonly Process _process;

    private TiedProcess(Process process, Task<int> ended)
    {
        _process = process;
        Ended = ended;
        Id = process.Id;
    }

    /// <summary>Whether this machine can tie one process to another; elsewhere <see cref="Command"/> cannot be used.</summary>
    public static bool Supported => File.Exists(SetSession) && File.Exists(SetPrivileges);

    /// <summary>Its process id.</summary>
    public int Id { get; }

    /// <summary>Completes with its exit code when it has ended.</summary>
    public Task<int> Ended { get; }

    /// <summary>The shell command that runs a program tied, in a session of its own.</summary>
    /// <param name="log">The file that its output replaces.</param>
    /// <param name="deathSignal">What it is sent when this process has died, such as <c>TERM</c>.</param>
    /// <param name="program">The program's file.</param>
    /// <param name="arguments">One element each; nothing is split or quoted.</param>
    public static (string Shell, string[] Arguments) Command(string log, string deathSignal, string program, IEnumerable<string> arguments) => (
        "/bin/sh",
        [
            "-c", "log=$1; shift; exec \"$@\" >\"$log\" 2>&1 </dev/null", "sh", log,
            SetSession, SetPrivileges, "--pdeathsig", deathSignal, program, .. arguments,
        ]);

    /// <summary>Starts a process.</summary>
    /// <exception cref="System.ComponentModel.Win32Exception">It cannot be started.</exception>
    public static Task<TiedProcess> StartAsync(ProcessStartInfo start)
    {
        TaskCompletionSource<TiedProcess> started = new(TaskCreationOptions.RunContinuationsAsynchronously);
        // Linux sends the parent's death signal when the thread that started the child ends, so that thread has to last as long as the child.
        Thread keeper = new(() => Keep(start, started)) { IsBackground = true, Name = Path.GetFileName(start.FileName) };
        keeper.Start();
        return started.Task;
    }

    /// <summary>Asks it to end (SIGTERM). On Windows, which has no such thing, it is ended.</summary>
    public void AskToEnd()
    {
        if (Ended.IsCompleted)
        {
            return;
        }

        if (OperatingSystem.IsWindows())
        {
            Kill();
        }
        else
        {
            // The only failure of a signal to a child of ours is that it has ended, and Ended says so.
            _ = SendSignal(Id, Terminate);
        }
    }

    /// <summary>Ends it at once.</summary>
    public void Kill()
    {
        if (!Ended.IsCompleted)
        {
            _process.Kill();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _process.Dispose();

    private static void Keep(ProcessStartInfo start, TaskCompletionSource<TiedProcess> started)
    {
        TaskCompletionSource<int> ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception problem)
        {
            started.SetException(problem);
            return;
        }

        started.SetResult(new TiedProcess(process, ended.Task));
        process.WaitForExit();
        ended.SetResult(process.ExitCode);
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int process, int signal);
}
