using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

using XChat.EmbeddedPostgres;

namespace XChat.LocalCluster;

/// <summary>How a process stands.</summary>
internal enum MemberState
{
    Starting,
    Ready,
    NotReady,
    Stopping,
    Stopped,
}

/// <summary>One process of the cluster. It is started again, after a pause, when it ends without being asked to.</summary>
internal sealed class Member(Role role, int number, MemberLaunch launch, string logFolder, Action<string> notice) : IAsyncDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ReadyPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan ReadyPatience = TimeSpan.FromSeconds(120);

    /// <summary>A silo that is starved while it joins may be voted dead and end itself; it is started again, and a rolling restart goes on.</summary>
    private const int CrashesAllowed = 2;

    /// <summary>Longer than a drain and the host's own limit together.</summary>
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(90);

    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(5) };

    private readonly CancellationTokenSource _stopping = new();
    private Task _keeping = Task.CompletedTask;
    private volatile TiedProcess? _process;
    private volatile string? _problem;
    private bool _wasReady;

    public Role Role => role;

    public int Number => number;

    public string Name => $"{role.Name[..^1]} {number}";

    public Uri Address => launch.Address;

    public MemberState State { get; private set; } = MemberState.Stopped;

    /// <summary>Null while it does not run.</summary>
    public int? ProcessId => _process is { Ended.IsCompleted: false } process ? process.Id : null;

    /// <summary>How often it ended without being asked to.</summary>
    public int Crashes { get; private set; }

    public string Log => Path.Combine(logFolder, $"{role.Name[..^1]}{number}.log");

    public void Start()
    {
        State = MemberState.Starting;
        _keeping = KeepAsync();
    }

    /// <summary>Returns when it serves.</summary>
    /// <exception cref="ClusterException">It does not begin to, or cannot be run.</exception>
    public async Task WaitUntilReadyAsync(CancellationToken cancellationToken)
    {
        long started = Stopwatch.GetTimestamp();
        int crashes = Crashes;
        while (!await ProbeAsync(cancellationToken))
        {
            if (Crashes > crashes + CrashesAllowed || Stopwatch.GetElapsedTime(started) > ReadyPatience)
            {
                throw new ClusterException($"{Name} does not become ready: {_problem ?? "it does not answer"}. Its log is {Log}.");
            }

            await Task.Delay(ReadyPause, cancellationToken);
        }
    }

    /// <summary>Looks whether it serves at this moment.</summary>
    public async Task<bool> ProbeAsync(CancellationToken cancellationToken)
    {
        bool ready = ProcessId is not null && await AnswersAsync(cancellationToken);
        if (State is not (MemberState.Stopping or MemberState.Stopped))
        {
            _wasReady |= ready;
            State = ready ? MemberState.Ready : _wasReady ? MemberState.NotReady : MemberState.Starting;
        }

        return ready;
    }

    /// <summary>Asks it to end, and returns when it has.</summary>
    public async Task StopAsync()
    {
        if (_stopping.IsCancellationRequested)
        {
            return;
        }

        State = MemberState.Stopping;
        await _stopping.CancelAsync();
        if (_process is { } process)
        {
            process.AskToEnd();
            try
            {
                await process.Ended.WaitAsync(StopPatience);
            }
            catch (TimeoutException)
            {
                notice($"{Name} did not end within {StopPatience.TotalSeconds:0} s and is killed.");
                process.Kill();
            }
        }

        await _keeping;
        State = MemberState.Stopped;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stopping.Dispose();
    }

    private async Task KeepAsync()
    {
        TimeSpan pause = FirstPause;
        while (!_stopping.IsCancellationRequested)
        {
            _wasReady = false;
            using TiedProcess process = await TiedProcess.StartAsync(StartInfo());
            _process = process;
            int exitCode = await process.Ended;
            _process = null;
            if (_stopping.IsCancellationRequested)
            {
                return;
            }

            pause = _wasReady ? FirstPause : pause;
            Crashes++;
            State = MemberState.Starting;
            _problem = $"it ended with exit code {exitCode}";
            notice($"{Name} ended with exit code {exitCode} and is started again. Its log was {Log}.");
            await Task.Delay(pause, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    /// <summary>What it said before it ended the last time is kept beside the new log.</summary>
    private ProcessStartInfo StartInfo()
    {
        if (File.Exists(Log))
        {
            File.Move(Log, Log + ".before", overwrite: true);
        }

        (string file, string[] arguments) = Programs.Command(role.Program, launch.Arguments);
        if (TiedProcess.Supported)
        {
            (file, arguments) = TiedProcess.Command(Log, "TERM", file, arguments);
        }

        ProcessStartInfo start = new(file, arguments);
        foreach ((string name, string value) in launch.Environment)
        {
            start.Environment[name] = value;
        }

        return start;
    }

    // HttpClient lets a bare SocketException out when the process ends between taking the connection and answering.
    private async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        try
        {
            using HttpResponseMessage response = await Http.GetAsync(new Uri(launch.Address, "/health/ready"), cancellationToken);
            return response.StatusCode == HttpStatusCode.OK;
        }
        catch (Exception early) when (early is HttpRequestException or SocketException
            || (early is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return false;
        }
    }
}
