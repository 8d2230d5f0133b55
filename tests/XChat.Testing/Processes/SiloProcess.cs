namespace XChat.Testing.Processes;

/// <summary>A silo as a process of its own. Killed, it can be started again at the same address, where the cluster knows it.</summary>
public sealed class SiloProcess : IAsyncDisposable
{
    private readonly string _postgres;
    private readonly SiloSurroundings _around;
    private int _siloPort = FreePort.Next();
    private int _gatewayPort = FreePort.Next();

    private SiloProcess(string postgres, SiloSurroundings around)
    {
        (_postgres, _around) = (postgres, around);
        Assembly = around.Assembly ?? ProjectOutput.Of("silo/XChat.Silo", "XChat.Silo");
        Health = new Uri($"http://{around.Address}:{FreePort.Next()}");
        Process = Launch(null);
    }

    /// <summary>Where its health, metrics and dashboard answer.</summary>
    public Uri Health { get; }

    /// <summary>The port by which the cluster's list names it.</summary>
    public int SiloPort => _siloPort;

    /// <summary>Its main assembly, from the next start on. Another one than the product's is a silo of another version.</summary>
    public string Assembly { get; set; }

    /// <summary>The process, to kill, freeze and listen to.</summary>
    public TestProcess Process { get; private set; }

    /// <summary>Starts one on free ports. It is not ready yet.</summary>
    public static SiloProcess Start(string postgres, IReadOnlyDictionary<string, string?>? environment = null) =>
        new(postgres, new SiloSurroundings { Environment = environment });

    /// <summary>Starts one in surroundings of its own. It is not ready yet.</summary>
    public static SiloProcess Start(string postgres, SiloSurroundings around) => new(postgres, around);

    /// <summary>Starts it again where it was, after it ended. It is not ready yet.</summary>
    /// <param name="environment">Variables for this run of it only.</param>
    /// <param name="elsewhere">At other ports, where the cluster does not know it.</param>
    public async Task RestartAsync(IReadOnlyDictionary<string, string?>? environment = null, bool elsewhere = false)
    {
        await Process.DisposeAsync();
        (_siloPort, _gatewayPort) = elsewhere ? (FreePort.Next(), FreePort.Next()) : (_siloPort, _gatewayPort);
        Process = Launch(environment);
    }

    /// <summary>Returns when it has joined the cluster and reaches the database.</summary>
    public Task WaitUntilReadyAsync(CancellationToken cancellationToken) => Readiness.WaitAsync(Health, Process, cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Process.DisposeAsync();

    private TestProcess Launch(IReadOnlyDictionary<string, string?>? environment)
    {
        string[] command =
        [
            .. _around.Launcher, "dotnet", Assembly, "--postgres", _postgres, "--silo-address", _around.Address,
            "--silo-port", $"{_siloPort}", "--gateway-port", $"{_gatewayPort}",
            "--http-url", Health.OriginalString,
        ];
        Dictionary<string, string?> variables = new(_around.Environment ?? new Dictionary<string, string?>());
        foreach ((string name, string? value) in environment ?? new Dictionary<string, string?>())
        {
            variables[name] = value;
        }

        return TestProcess.Start(command[0], command[1..], variables);
    }
}

/// <summary>Where a silo process runs.</summary>
public sealed record SiloSurroundings
{
    /// <summary>Its own address. Default: loopback.</summary>
    public string Address { get; init; } = "127.0.0.1";

    /// <summary>Its main assembly. Default: the product's.</summary>
    public string? Assembly { get; init; }

    /// <summary>Variables on top of this process's own.</summary>
    public IReadOnlyDictionary<string, string?>? Environment { get; init; }

    /// <summary>What stands before <c>dotnet</c>, such as <c>ip netns exec NAME</c>.</summary>
    public IReadOnlyList<string> Launcher { get; init; } = [];
}
