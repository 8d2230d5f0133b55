using System.Collections.Concurrent;
using System.Diagnostics;

using Xunit;

namespace XChat.Testing.Processes;

/// <summary>
/// A real process that a test starts, listens to and treats roughly: killed, frozen, interrupted. Disposing ends it, so that no test
/// leaves one behind.
/// </summary>
/// <example>
/// <code>
/// await using TestProcess server = TestProcess.StartDotnet(ProjectOutput.Of("deploy/standalone", "xchat-standalone"), ["--data", folder]);
/// await server.WaitForLineAsync("is ready", cancellationToken);
/// server.Kill();
/// </code>
/// </example>
public sealed class TestProcess : IAsyncDisposable
{
    /// <summary>
    /// How long is waited for what a process does by itself, such as its start, its end or its next line: ample for a machine on which many
    /// processes start at once, and only a failing test waits it out.
    /// </summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();
    private readonly ConcurrentQueue<string> _error = new();

    private TestProcess(ProcessStartInfo start)
    {
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Add(_output, line.Data);
        _process.ErrorDataReceived += (_, line) => Add(_error, line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>The lines of its standard output so far.</summary>
    public IReadOnlyCollection<string> Output => _output;

    /// <summary>The lines of its standard error so far.</summary>
    public IReadOnlyCollection<string> Error => _error;

    /// <summary>Its process id.</summary>
    public int Id => _process.Id;

    /// <summary>Whether it has ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>Starts a program.</summary>
    /// <param name="program">A file, or a name that is looked for on the path.</param>
    /// <param name="arguments">One element each; nothing is split or quoted.</param>
    /// <param name="environment">Set on top of this process's own; null removes a variable.</param>
    public static TestProcess Start(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string?>? environment = null)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach ((string name, string? value) in environment ?? new Dictionary<string, string?>())
        {
            start.Environment[name] = value;
        }

        return new TestProcess(start);
    }

    /// <summary>Starts a built assembly with the dotnet that runs the test.</summary>
    public static TestProcess StartDotnet(
        string assembly, IEnumerable<string> arguments, IReadOnlyDictionary<string, string?>? environment = null) =>
        Start("dotnet", [assembly, .. arguments], environment);

    /// <summary>Writes a line to its standard input.</summary>
    public async Task WriteLineAsync(string line, CancellationToken cancellationToken)
    {
        await _process.StandardInput.WriteLineAsync(line.AsMemory(), cancellationToken);
        await _process.StandardInput.FlushAsync(cancellationToken);
    }

    /// <summary>Returns the first line of its standard output that contains the text, whether it was written before or comes later.</summary>
    /// <exception cref="TimeoutException">No such line came. The message shows everything the process wrote.</exception>
    /// <exception cref="InvalidOperationException">The process ended without it.</exception>
    public async Task<string> WaitForLineAsync(string text, CancellationToken cancellationToken, TimeSpan? within = null)
    {
        try
        {
            await Eventually.HoldsAsync(() => Find(text) is not null || HasExited, cancellationToken, within ?? Patience, what: $"a line with \"{text}\"");
        }
        catch (TimeoutException late)
        {
            throw new TimeoutException($"{late.Message}{Environment.NewLine}{Transcript()}", late);
        }

        if (Find(text) is null)
        {
            // The last lines are handed over only while waiting for the end.
            await WaitForExitAsync(cancellationToken);
        }

        return Find(text) ?? throw new InvalidOperationException(
            $"The process ended with {_process.ExitCode} and without a line with \"{text}\".{Environment.NewLine}{Transcript()}");
    }

    /// <summary>Waits for its end and returns its exit code.</summary>
    /// <exception cref="TimeoutException">It is still running.</exception>
    public async Task<int> WaitForExitAsync(CancellationToken cancellationToken, TimeSpan? within = null)
    {
        try
        {
            await _process.WaitForExitAsync(cancellationToken).WaitAsync(within ?? Patience, cancellationToken);
            return _process.ExitCode;
        }
        catch (TimeoutException late)
        {
            throw new TimeoutException($"The process is still running.{Environment.NewLine}{Transcript()}", late);
        }
    }

    /// <summary>Ends it as a crash of the machine would: at once, with no chance to tidy up (SIGKILL), and without its children.</summary>
    public void Kill() => _process.Kill();

    /// <summary>What Ctrl-C sends (SIGINT).</summary>
    public void SendInterrupt() => ProcessSignal.Send(_process.Id, ProcessSignal.Interrupt);

    /// <summary>What a service manager sends (SIGTERM).</summary>
    public void SendTerminate() => ProcessSignal.Send(_process.Id, ProcessSignal.Terminate);

    /// <summary>Freezes it (SIGSTOP): it keeps its connections and answers nothing.</summary>
    public void Suspend() => ProcessSignal.Send(_process.Id, ProcessSignal.Freeze);

    /// <summary>Lets it go on (SIGCONT).</summary>
    public void Resume() => ProcessSignal.Send(_process.Id, ProcessSignal.Thaw);

    /// <summary>Everything that it wrote so far, for messages.</summary>
    public string Transcript() =>
        string.Join(Environment.NewLine, [.. _output.Select(line => $"out> {line}"), .. _error.Select(line => $"err> {line}")]);

    /// <summary>Puts the last lines that it wrote into the output of the running test, which shows them if it fails.</summary>
    public void ShowLastLines(string name)
    {
        const int Lines = 40;
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{name}, last lines:{Environment.NewLine}{string.Join(Environment.NewLine, [.. _output.TakeLast(Lines), .. _error.TakeLast(Lines)])}");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await WaitForExitAsync(CancellationToken.None);
        }

        _process.Dispose();
    }

    private static void Add(ConcurrentQueue<string> lines, string? line)
    {
        if (line is not null)
        {
            lines.Enqueue(line);
        }
    }

    private string? Find(string text) => _output.FirstOrDefault(line => line.Contains(text, StringComparison.Ordinal));
}
