namespace XChat.Testing.Processes;

/// <summary>
/// The product as it runs in production: silos and frontends as processes of their own over one PostgreSQL database. Each can be killed, frozen,
/// and added while the others go on.
/// </summary>
/// <example>
/// <code>
/// await using TestDatabase database = await postgres.CreateDatabaseAsync(cancellationToken);
/// await using ProcessCluster cluster = await ProcessCluster.StartAsync(database.ConnectionString, silos: 3, frontends: 2, cancellationToken);
/// cluster.Silos[0].Process.Kill();
/// await cluster.AddSiloAsync(cancellationToken);
/// </code>
/// </example>
public sealed class ProcessCluster : IAsyncDisposable
{
    private readonly string _postgres;
    private readonly IReadOnlyDictionary<string, string?>? _environment;
    private readonly List<SiloProcess> _silos = [];
    private readonly List<FrontendProcess> _frontends = [];

    private ProcessCluster(string postgres, IReadOnlyDictionary<string, string?>? environment) => (_postgres, _environment) = (postgres, environment);

    /// <summary>All silos that were ever started, in that order.</summary>
    public IReadOnlyList<SiloProcess> Silos => _silos;

    /// <summary>All frontends that were ever started, in that order.</summary>
    public IReadOnlyList<FrontendProcess> Frontends => _frontends;

    /// <summary>All server processes that were ever started, for what they wrote.</summary>
    public IEnumerable<TestProcess> Processes => [.. _silos.Select(silo => silo.Process), .. _frontends.Select(frontend => frontend.Process)];

    /// <summary>
    /// Settings for tests with many clients on one machine: the limits that count calls by device and address are out of the way, and a registration
    /// costs next to no work.
    /// </summary>
    public static IReadOnlyDictionary<string, string?> ManyClients { get; } = new[] { "Calls", "Lookups", "Claims", "Registrations", "SignIns" }
        .SelectMany(limit => new[] { $"XChat__RateLimits__{limit}__Burst", $"XChat__RateLimits__{limit}__PerMinute" })
        .ToDictionary(name => name, string? (_) => "1000000")
        .Append(new("XChat__RegistrationDifficulty", "1"))
        .ToDictionary();

    /// <summary>Starts silos and frontends and returns when all are ready.</summary>
    public static async Task<ProcessCluster> StartAsync(
        string postgres,
        int silos,
        int frontends,
        CancellationToken cancellationToken,
        IReadOnlyDictionary<string, string?>? environment = null)
    {
        ProcessCluster cluster = new(postgres, environment);
        try
        {
            await Task.WhenAll(
            [
                .. Enumerable.Range(0, silos).Select(_ => cluster.AddSiloAsync(cancellationToken)),
                .. Enumerable.Range(0, frontends).Select(_ => cluster.AddFrontendAsync(cancellationToken)),
            ]);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts one more silo and returns when it has joined.</summary>
    public async Task<SiloProcess> AddSiloAsync(CancellationToken cancellationToken)
    {
        SiloProcess silo = SiloProcess.Start(_postgres, _environment);
        _silos.Add(silo);
        await silo.WaitUntilReadyAsync(cancellationToken);
        return silo;
    }

    /// <summary>Starts one more frontend and returns when it serves clients.</summary>
    public async Task<FrontendProcess> AddFrontendAsync(CancellationToken cancellationToken)
    {
        FrontendProcess frontend = FrontendProcess.Start(_postgres, _environment);
        _frontends.Add(frontend);
        await frontend.WaitUntilReadyAsync(cancellationToken);
        return frontend;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach ((int number, TestProcess process) in Processes.Index())
        {
            process.ShowLastLines($"Server process {number + 1} of {_silos.Count} silos and {_frontends.Count} frontends");
        }

        foreach (IAsyncDisposable process in _frontends.Concat<IAsyncDisposable>(_silos))
        {
            await process.DisposeAsync();
        }
    }
}
