using XChat.FaultTests.Cluster;
using XChat.Testing;
using XChat.Testing.Processes;

namespace XChat.FaultTests.Faults;

/// <summary>kill -9 of one silo, or of two at a time, in the middle of whatever it does; started again at once.</summary>
internal sealed class KillSilo : Fault
{
    public override string Name => "kill-silo";

    public override async Task<string> InflictAsync(FaultCluster cluster, FaultTools tools, CancellationToken cancellationToken)
    {
        SiloSlot[] victims = [.. cluster.Silos.OrderBy(_ => tools.Random.Next()).Take(tools.Random.Next(4) == 0 ? 2 : 1)];
        foreach (SiloSlot victim in victims)
        {
            victim.Silo.Process.Kill();
        }

        await FaultTools.HoldAsync(tools.Between(0, 2), cancellationToken);
        await Task.WhenAll(victims.Select(victim => cluster.RestartAsync(victim, cancellationToken)));
        return string.Join(" and ", victims.AsEnumerable());
    }
}

/// <summary>
/// SIGSTOP of a silo with writes on their way to the database, until the others have declared it dead, taken over its grains and answered everything that
/// was asked of it; then the writes arrive, and SIGCONT. They were decided on what is no longer true, so the database has to refuse them.
/// </summary>
internal sealed class FreezeSilo : Fault
{
    /// <summary>Connections with something held back: reads are among them, so not just one.</summary>
    private const int WritesUnderWay = 4;

    private static readonly TimeSpan Declared = TimeSpan.FromSeconds(90);

    /// <summary>Its name: a run that has it has to see a fence at work.</summary>
    public const string Title = "freeze-silo";

    public override string Name => Title;

    public override async Task<string> InflictAsync(FaultCluster cluster, FaultTools tools, CancellationToken cancellationToken)
    {
        SiloSlot victim = tools.Any(cluster.Silos);
        await tools.UntilAnsweredAsync(30, cancellationToken);
        victim.Proxy.Hold();
        try
        {
            await Eventually.HoldsAsync(() => victim.Proxy.Waiting >= WritesUnderWay, cancellationToken);
            FaultTools.Signal(victim.Silo.Process, process => process.Suspend());
            await Eventually.HoldsAsync(
                () => cluster.IsDeclaredDeadAsync(victim, cancellationToken), cancellationToken, Declared, what: $"{victim} is declared dead");
            await tools.UntilAllIsAnsweredAsync(cancellationToken);
        }
        finally
        {
            victim.Proxy.Release();
            FaultTools.Signal(victim.Silo.Process, process => process.Resume());
        }

        await tools.UntilAnsweredAsync(30, cancellationToken);
        return $"{victim}";
    }
}

/// <summary>SIGSTOP for less than it takes to be declared dead.</summary>
internal sealed class PauseSilo : Fault
{
    public override string Name => "pause-silo";

    public override async Task<string> InflictAsync(FaultCluster cluster, FaultTools tools, CancellationToken cancellationToken)
    {
        SiloSlot victim = tools.Any(cluster.Silos);
        FaultTools.Signal(victim.Silo.Process, process => process.Suspend());
        await FaultTools.HoldAsync(tools.Between(1, 5), cancellationToken);
        FaultTools.Signal(victim.Silo.Process, process => process.Resume());
        return $"{victim}";
    }
}

/// <summary>kill -9 of a frontend; its clients have to find it again.</summary>
internal sealed class KillFrontend : Fault
{
    public override string Name => "kill-frontend";

    public override async Task<string> InflictAsync(FaultCluster cluster, FaultTools tools, CancellationToken cancellationToken)
    {
        FrontendProcess victim = tools.Any(cluster.Frontends);
        victim.Process.Kill();
        await FaultTools.HoldAsync(tools.Between(0, 1), cancellationToken);
        await cluster.RestartAsync(victim, cancellationToken);
        return $"{victim.Address}";
    }
}

/// <summary>A silo leaves as it is asked to (SIGTERM), the others work without it, and it joins again.</summary>
internal sealed class JoinAndLeave : Fault
{
    public override string Name => "join-leave";

    public override async Task<string> InflictAsync(FaultCluster cluster, FaultTools tools, CancellationToken cancellationToken)
    {
        SiloSlot leaves = tools.Any(cluster.Silos);
        leaves.Away = true;
        try
        {
            await FaultTools.LeaveAsync(leaves.Silo.Process, cancellationToken);
            await tools.UntilAnsweredAsync(20, cancellationToken);
            await cluster.RestartAsync(leaves, cancellationToken);
        }
        finally
        {
            leaves.Away = false;
        }

        return $"{leaves}";
    }
}

/// <summary>Every silo and then every frontend, one after the other: asked to leave, and started again.</summary>
internal sealed class RollingRestart : Fault
{
    public override string Name => "rolling-restart";

    public override async Task<string> InflictAsync(FaultCluster cluster, FaultTools tools, CancellationToken cancellationToken)
    {
        foreach (SiloSlot slot in cluster.Silos)
        {
            await FaultTools.LeaveAsync(slot.Silo.Process, cancellationToken);
            await cluster.RestartAsync(slot, cancellationToken);
        }

        foreach (FrontendProcess frontend in cluster.Frontends)
        {
            await FaultTools.LeaveAsync(frontend.Process, cancellationToken);
            await cluster.RestartAsync(frontend, cancellationToken);
        }

        return "all";
    }
}

/// <summary>
/// Every silo, one after the other, is replaced by one of the other version, and the next time by one of the first again: an upgrade, and one that is taken
/// back. Between two of them people talk and pay over silos of both.
/// </summary>
internal sealed class Upgrade : Fault
{
    private const int BetweenTwo = 60;

    public override string Name => "upgrade";

    public override async Task<string> InflictAsync(FaultCluster cluster, FaultTools tools, CancellationToken cancellationToken)
    {
        string to = cluster.Silos[0].Silo.Assembly == cluster.OtherSilo ? cluster.ThisSilo : cluster.OtherSilo;
        foreach (SiloSlot slot in cluster.Silos)
        {
            await FaultTools.LeaveAsync(slot.Silo.Process, cancellationToken);
            slot.Silo.Assembly = to;
            await cluster.RestartAsync(slot, cancellationToken);
            await tools.UntilAnsweredAsync(BetweenTwo, cancellationToken);
        }

        return $"to {Path.GetFileNameWithoutExtension(to)}";
    }
}
