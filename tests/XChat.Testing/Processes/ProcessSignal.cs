using System.Runtime.InteropServices;

namespace XChat.Testing.Processes;

/// <summary>Signals to processes, also to those that are not this process's own children.</summary>
public static partial class ProcessSignal
{
    /// <summary>What Ctrl-C sends.</summary>
    public const int Interrupt = 2;

    /// <summary>What ends PostgreSQL at once, without a checkpoint.</summary>
    public const int Quit = 3;

    /// <summary>What a service manager sends.</summary>
    public const int Terminate = 15;

    /// <summary>Freezes a process: it keeps its connections and answers nothing.</summary>
    public static readonly int Freeze = OperatingSystem.IsMacOS() ? 17 : 19;

    /// <summary>Lets it go on.</summary>
    public static readonly int Thaw = OperatingSystem.IsMacOS() ? 19 : 18;

    /// <summary>Sends one.</summary>
    /// <exception cref="InvalidOperationException">There is no such process, or it is another account's.</exception>
    public static void Send(int process, int signal)
    {
        if (Kill(process, signal) != 0)
        {
            throw new InvalidOperationException($"Signal {signal} to {process}: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);
}
