namespace XChat.Testing.Processes;

/// <summary>A frontend as a process of its own. Killed, it can be started again at the same address, where its clients look for it.</summary>
public sealed class FrontendProcess : IAsyncDisposable
{
    private readonly string _postgres;
    private readonly IReadOnlyDictionary<string, string?>? _environment;

    private FrontendProcess(string postgres, IReadOnlyDictionary<string, string?>? environment)
    {
        (_postgres, _environment) = (postgres, environment);
        Address = new Uri($"http://127.0.0.1:{FreePort.Next()}");
        Process = Launch();
    }

    /// <summary>Where clients connect.</summary>
    public Uri Address { get; }

    /// <summary>The process, to kill, freeze and listen to.</summary>
    public TestProcess Process { get; private set; }

    /// <summary>Starts one on a free port. It is not ready yet.</summary>
    public static FrontendProcess Start(string postgres, IReadOnlyDictionary<string, string?>? environment = null) => new(postgres, environment);

    /// <summary>Starts it again where it was, after it was killed.</summary>
    public async Task RestartAsync(CancellationToken cancellationToken)
    {
        await Process.DisposeAsync();
        Process = Launch();
        await WaitUntilReadyAsync(cancellationToken);
    }

    /// <summary>Returns when it serves clients.</summary>
    public Task WaitUntilReadyAsync(CancellationToken cancellationToken) => Readiness.WaitAsync(Address, Process, cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Process.DisposeAsync();

    private TestProcess Launch() => TestProcess.StartDotnet(
        ProjectOutput.Of("frontend/XChat.Frontend", "XChat.Frontend"), ["--postgres", _postgres, "--urls", Address.OriginalString], _environment);
}
