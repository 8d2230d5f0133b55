namespace XChat.Testing.Processes;

/// <summary>A silo as a process of its own.</summary>
public sealed class SiloProcess : IAsyncDisposable
{
    private readonly TestProcess _process;

    private SiloProcess(TestProcess process, Uri health) => (_process, Health) = (process, health);

    /// <summary>Where its health, metrics and dashboard answer.</summary>
    public Uri Health { get; }

    /// <summary>The process, to kill, freeze and listen to.</summary>
    public TestProcess Process => _process;

    /// <summary>Starts one on free ports. It is not ready yet.</summary>
    public static SiloProcess Start(string postgres, IReadOnlyDictionary<string, string?>? environment = null)
    {
        Uri health = new($"http://127.0.0.1:{FreePort.Next()}");
        TestProcess process = TestProcess.StartDotnet(
            ProjectOutput.Of("silo/XChat.Silo", "XChat.Silo"),
            [
                "--postgres", postgres, "--silo-port", $"{FreePort.Next()}", "--gateway-port", $"{FreePort.Next()}",
                "--http-url", health.OriginalString,
            ],
            environment);
        return new SiloProcess(process, health);
    }

    /// <summary>Returns when it has joined the cluster and reaches the database.</summary>
    public Task WaitUntilReadyAsync(CancellationToken cancellationToken) => Readiness.WaitAsync(Health, _process, cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
