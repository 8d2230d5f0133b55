using XChat.EmbeddedPostgres;

namespace XChat.LocalCluster;

/// <summary>Starts the processes of a cluster, keeps them running, and changes how many there are.</summary>
internal sealed class Supervisor : IAsyncDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);

    private readonly EmbeddedPostgresServer _postgres;
    private readonly ClusterPlan _plan;
    private readonly FrontDoor _door;
    private readonly string _logs;
    private readonly Action<string> _notice;
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _changing = new(1, 1);
    private readonly CancellationTokenSource _stopping = new();
    private volatile IReadOnlyList<Member> _members = [];
    private Task _watching = Task.CompletedTask;

    private Supervisor(EmbeddedPostgresServer postgres, ClusterPlan plan, FrontDoor door, Action<string> notice)
    {
        (_postgres, _plan, _door, _notice) = (postgres, plan, door, notice);
        _logs = Path.Combine(postgres.Folder, "logs");
    }

    public IReadOnlyList<Member> Members => _members;

    /// <summary>The database, for tools that look into it.</summary>
    public string Postgres => _plan.ConnectionString("xchat");

    /// <summary>Where clients connect.</summary>
    public Uri Door => _plan.Ports.Door;

    /// <summary>Completes when PostgreSQL ends without being asked to.</summary>
    public Task DatabaseEnded => _postgres.Ended;

    /// <summary>Starts everything and returns when all of it serves.</summary>
    /// <exception cref="ClusterException">Something does not start.</exception>
    public static async Task<Supervisor> StartAsync(ClusterOptions options, Action<string> notice, CancellationToken cancellationToken)
    {
        RequireCount(Roles.Silos, options.Silos);
        RequireCount(Roles.Frontends, options.Frontends);
        PortBlock ports = new(options.Port);
        ports.RequireFree();
        EmbeddedPostgresServer postgres = await EmbeddedPostgresServer.StartAsync(
            new EmbeddedPostgresOptions { DataFolder = options.DataFolder, MaxConnections = 400, Notice = notice }, cancellationToken);
        RealmFiles realms = new(Path.Combine(postgres.Folder, "realms"));
        if (realms.Port is { } port && port != options.Port)
        {
            await postgres.DisposeAsync();
            throw new ClusterException(
                $"The cluster in {options.DataFolder} is at port {port}, where its users' devices look for its realms: start it with --port {port}.");
        }

        await realms.CreateIfMissingAsync(ports);
        for (int number = 1; number <= Roles.RealmCount; number++)
        {
            await postgres.CreateDatabaseIfMissingAsync($"xchat_realm{number}", cancellationToken);
        }

        await postgres.CreateDatabaseIfMissingAsync(Roles.RailDatabase, cancellationToken);
        RailFiles rail = new(Path.Combine(postgres.Folder, "rails"));

        Supervisor supervisor = new(postgres, new ClusterPlan(ports, postgres.ConnectionStringOf, realms, rail), await FrontDoor.OpenAsync(ports.Door), notice);
        await supervisor.StartMembersAsync(options, cancellationToken);
        return supervisor;
    }

    /// <summary>Brings a role to a number of processes, one after another.</summary>
    public Task ScaleAsync(Role role, int count, Action<string> say, CancellationToken cancellationToken) => ChangeAsync(async () =>
    {
        RequireCount(role, count);
        List<Member> some = Of(role);
        for (int number = some.Count + 1; number <= count; number++)
        {
            Member added = Add(role, number);
            await added.WaitUntilReadyAsync(cancellationToken);
            say($"{added.Name} serves.");
        }

        foreach (Member removed in some.Skip(count).Reverse())
        {
            await RemoveAsync(removed);
            say($"{removed.Name} has left.");
        }
    });

    /// <summary>Starts processes anew. Rolling: one at a time, and the next one only when the one before serves again.</summary>
    public Task RestartAsync(IReadOnlyList<Role> roles, bool rolling, Action<string> say, CancellationToken cancellationToken) => ChangeAsync(async () =>
    {
        List<Member> some = [.. roles.SelectMany(Of)];
        if (rolling)
        {
            foreach (Member member in some)
            {
                await ReplaceAsync(member, say, cancellationToken);
            }
        }
        else
        {
            await Task.WhenAll(some.Select(member => ReplaceAsync(member, say, cancellationToken)));
        }
    });

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _watching;
        foreach (Role role in Roles.All.Reverse())
        {
            await Task.WhenAll(Of(role).Select(member => member.DisposeAsync().AsTask()));
        }

        await _door.DisposeAsync();
        await _postgres.DisposeAsync();
        _stopping.Dispose();
        _changing.Dispose();
    }

    private static void RequireCount(Role role, int count)
    {
        if (count < role.Least || count > role.Most)
        {
            throw new ClusterException($"There can be {role.Least} to {role.Most} {role.Name} on one machine, not {count}.");
        }
    }

    private async Task StartMembersAsync(ClusterOptions options, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(_logs);
        _watching = WatchAsync();
        try
        {
            Member[] started =
            [
                Add(Roles.Rails, 1),
                .. Enumerable.Range(1, options.Silos).Select(number => Add(Roles.Silos, number)),
                .. Enumerable.Range(1, Roles.RealmCount).Select(number => Add(Roles.Realms, number)),
                .. Enumerable.Range(1, options.Frontends).Select(number => Add(Roles.Frontends, number)),
            ];
            await Task.WhenAll(started.Select(member => member.WaitUntilReadyAsync(cancellationToken)));
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }

    private Member Add(Role role, int number)
    {
        Member member = new(role, number, role.Launch(_plan, number), _logs, _notice);
        lock (_gate)
        {
            _members = [.. _members, member];
        }

        member.Start();
        return member;
    }

    private async Task RemoveAsync(Member member)
    {
        Task ended = member.StopAsync();
        // Nobody new is sent to it from here on, whatever it still serves.
        UpdateDoor();
        await ended;
        await member.DisposeAsync();
        lock (_gate)
        {
            _members = [.. _members.Where(other => other != member)];
        }
    }

    private async Task ReplaceAsync(Member member, Action<string> say, CancellationToken cancellationToken)
    {
        say($"{member.Name} leaves.");
        await RemoveAsync(member);
        Member next = Add(member.Role, member.Number);
        await next.WaitUntilReadyAsync(cancellationToken);
        say($"{next.Name} serves again.");
    }

    private void UpdateDoor() => _door.Use(
        [.. _members.Where(member => member.Role == Roles.Frontends && member.State == MemberState.Ready).Select(member => member.Address)]);

    private List<Member> Of(Role role) => [.. _members.Where(member => member.Role == role).OrderBy(member => member.Number)];

    private async Task ChangeAsync(Func<Task> change)
    {
        if (!await _changing.WaitAsync(0))
        {
            throw new ClusterException("The cluster is being changed already: wait until that is done.");
        }

        try
        {
            await change();
        }
        finally
        {
            _ = _changing.Release();
        }
    }

    /// <summary>Looks at everything again and again: the door follows the frontends that are ready, and leaves out those that are about to stop.</summary>
    private async Task WatchAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            await Task.WhenAll(_members.Select(member => member.ProbeAsync(CancellationToken.None)));
            UpdateDoor();
            await Task.Delay(Look, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
