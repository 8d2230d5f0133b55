using System.Net;

using XChat.Testing;
using XChat.Testing.Processes;

namespace XChat.FaultTests.Cluster;

/// <summary>
/// The product as processes, with all that can be done to them: a database that can be stopped, a proxy before each silo, and, where asked for, a
/// network namespace around each.
/// </summary>
internal sealed class FaultCluster : IAsyncDisposable
{
    private const int StartsOnceMore = 2;

    private static readonly TimeSpan Recovery = TimeSpan.FromSeconds(120);

    private readonly List<SiloSlot> _silos = [];
    private readonly List<FrontendProcess> _frontends = [];
    private readonly string? _run;
    private readonly IPAddress _proxies;

    private FaultCluster(RunDatabase database, ServerLog log, string? run, IPAddress proxies)
    {
        (Database, Log, _run, _proxies) = (database, log, run, proxies);
    }

    /// <summary>PostgreSQL.</summary>
    public RunDatabase Database { get; }

    /// <summary>What the processes wrote.</summary>
    public ServerLog Log { get; }

    /// <summary>Places for silos.</summary>
    public IReadOnlyList<SiloSlot> Silos => _silos;

    /// <summary>Frontends.</summary>
    public IReadOnlyList<FrontendProcess> Frontends => _frontends;

    /// <summary>Silos that ended by themselves and were started again, as a service manager does.</summary>
    public int Revived { get; private set; }

    /// <summary>Whether each silo is in a network namespace of its own.</summary>
    public bool HasNetwork => _run is not null;

    /// <summary>The main assembly of a silo of this version.</summary>
    public string ThisSilo { get; } = ProjectOutput.Of("silo/XChat.Silo", "XChat.Silo");

    /// <summary>The main assembly of a silo of another version.</summary>
    public required string OtherSilo { get; init; }

    /// <summary>Starts everything and returns when it is ready.</summary>
    public static async Task<FaultCluster> StartAsync(
        RunDatabase database, ServerLog log, FaultPlan plan, bool network, CancellationToken cancellationToken)
    {
        string? run = network ? Convert.ToHexString([(byte)(Environment.ProcessId & byte.MaxValue)]) : null;
        FaultCluster cluster = new(database, log, run, run is null ? IPAddress.Loopback : await NetworkPlace.CreateBridgeAsync(run))
        {
            OtherSilo = plan.OtherSilo ?? ProjectOutput.Of("tests/XChat.UpgradeSilo.Next", "XChat.UpgradeSilo.Next"),
        };
        try
        {
            for (int i = 0; i < plan.Silos; i++)
            {
                _ = await cluster.AddSiloAsync(cancellationToken);
            }

            for (int i = 0; i < plan.Frontends; i++)
            {
                cluster._frontends.Add(FrontendProcess.Start(database.Direct.Replace("Pooling=False", "Pooling=True", StringComparison.Ordinal), Settings));
            }

            await Task.WhenAll(cluster._frontends.Select(frontend => UntilReadyAsync(
                () => frontend.WaitUntilReadyAsync(cancellationToken), () => frontend.RestartAsync(cancellationToken))));
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    private static Dictionary<string, string?> Settings { get; } = new(ProcessCluster.ManyClients)
    {
        // People here pay more often than a person may; what waits for that limit would be taken for what waits after a fault.
        ["XChat__RateLimits__Payments__Burst"] = "1000000",
        ["XChat__RateLimits__Payments__PerMinute"] = "1000000",
        ["XCHAT_MONEY_RULES"] = Path.Combine(AppContext.BaseDirectory, "Cluster", "rules.json"),
        ["Logging__LogLevel__Orleans"] = "Warning",
        ["Logging__LogLevel__Microsoft"] = "Warning",
    };

    /// <summary>One silo more, ready.</summary>
    public async Task<SiloSlot> AddSiloAsync(CancellationToken cancellationToken)
    {
        int number = _silos.Count + 1;
        NetworkPlace? place = _run is null ? null : await NetworkPlace.CreateAsync(_run, number);
        DatabaseProxy proxy = new(_proxies, Database.Socket);
        SiloProcess silo = SiloProcess.Start(Database.Through(proxy.Address), new SiloSurroundings
        {
            Address = (place?.Address ?? IPAddress.Loopback).ToString(),
            Launcher = place?.Launcher ?? [],
            Environment = Settings,
        });
        SiloSlot slot = new(number, silo, proxy) { Place = place };
        _silos.Add(slot);
        await UntilReadyAsync(() => silo.WaitUntilReadyAsync(cancellationToken), () => AgainAsync(silo, cancellationToken));
        return slot;
    }

    private static async Task AgainAsync(SiloProcess silo, CancellationToken cancellationToken)
    {
        await silo.RestartAsync();
        await silo.WaitUntilReadyAsync(cancellationToken);
    }

    /// <summary>A process that is starved while it starts may give up, or be declared dead; a service manager starts it again.</summary>
    private static async Task UntilReadyAsync(Func<Task> wait, Func<Task> again)
    {
        for (int left = StartsOnceMore; ; left--)
        {
            try
            {
                await wait();
                return;
            }
            catch (Exception starved) when (left > 0 && starved is (TimeoutException or InvalidOperationException))
            {
                wait = again;
            }
        }
    }

    /// <summary>Starts a silo again where it was and returns when it is ready.</summary>
    public Task RestartAsync(SiloSlot slot, CancellationToken cancellationToken) => RestartAsync(slot, null, elsewhere: false, cancellationToken);

    /// <summary>Starts a silo again at other ports, with variables of its own, and returns when it is ready.</summary>
    public Task MoveAsync(SiloSlot slot, CancellationToken cancellationToken, IReadOnlyDictionary<string, string?>? environment = null) =>
        RestartAsync(slot, environment, elsewhere: true, cancellationToken);

    private async Task RestartAsync(
        SiloSlot slot, IReadOnlyDictionary<string, string?>? environment, bool elsewhere, CancellationToken cancellationToken)
    {
        Log.Take($"silo-{slot.Number}", slot.Silo.Process);
        await slot.Silo.RestartAsync(environment, elsewhere);
        await UntilReadyAsync(() => slot.Silo.WaitUntilReadyAsync(cancellationToken), async () =>
        {
            Revived++;
            Log.Take($"silo-{slot.Number}", slot.Silo.Process);
            await slot.Silo.RestartAsync(environment);
            await slot.Silo.WaitUntilReadyAsync(cancellationToken);
        });
    }

    /// <summary>Starts a frontend again where it was and returns when it is ready.</summary>
    public async Task RestartAsync(FrontendProcess frontend, CancellationToken cancellationToken)
    {
        Log.Take($"frontend-{_frontends.IndexOf(frontend) + 1}", frontend.Process);
        await frontend.RestartAsync(cancellationToken);
    }

    /// <summary>What a service manager does: starts again what ended and was not meant to. Returns when all are ready.</summary>
    public async Task ReviveAsync(CancellationToken cancellationToken)
    {
        if (Database.Ended)
        {
            await Database.StartAgainAsync(cancellationToken);
        }

        // One that has been declared dead may take a while to find out and end.
        foreach (SiloSlot slot in _silos.Where(slot => !slot.Away))
        {
            await Eventually.HoldsAsync(
                async () =>
                {
                    if (slot.Silo.Process.HasExited)
                    {
                        Revived++;
                        Log.Take($"silo-{slot.Number}", slot.Silo.Process);
                        await slot.Silo.RestartAsync();
                        return false;
                    }

                    return await Readiness.IsReadyAsync(slot.Silo.Health, cancellationToken);
                },
                cancellationToken,
                Recovery,
                what: $"{slot} is ready");
        }

        foreach (FrontendProcess frontend in _frontends)
        {
            if (frontend.Process.HasExited)
            {
                await RestartAsync(frontend, cancellationToken);
            }
        }
    }

    /// <summary>Whether the cluster's list says that a silo is dead or gone.</summary>
    public Task<bool> IsDeclaredDeadAsync(SiloSlot slot, CancellationToken cancellationToken) => Database.ScalarAsync<bool>(
        $"SELECT NOT EXISTS (SELECT FROM orleans_membership WHERE port = {slot.Silo.SiloPort} AND address = '{slot.Place?.Address ?? IPAddress.Loopback}' "
        + "AND status IN (1, 2, 3, 4, 5))",
        cancellationToken);

    /// <summary>Keeps what all wrote. Nothing more is started.</summary>
    public void CloseLog()
    {
        foreach (SiloSlot slot in _silos)
        {
            Log.Take($"silo-{slot.Number}", slot.Silo.Process);
        }

        for (int i = 0; i < _frontends.Count; i++)
        {
            Log.Take($"frontend-{i + 1}", _frontends[i].Process);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (FrontendProcess frontend in _frontends)
        {
            await frontend.DisposeAsync();
        }

        foreach (SiloSlot slot in _silos)
        {
            await slot.DisposeAsync();
            await (slot.Place?.DisposeAsync() ?? ValueTask.CompletedTask);
        }

        if (_run is not null)
        {
            await NetworkPlace.RemoveBridgeAsync(_run);
        }
    }
}
