using System.Globalization;

using XChat.FaultTests.Cluster;
using XChat.Testing;

namespace XChat.FaultTests.Faults;

/// <summary>PostgreSQL ends the backends of all silos (pg_terminate_backend), again and again for a moment.</summary>
internal sealed class TerminateBackends : Fault
{
    public override string Name => "terminate-backends";

    public override async Task<string> InflictAsync(FaultCluster cluster, FaultTools tools, CancellationToken cancellationToken)
    {
        long ended = 0;
        int rounds = tools.Random.Next(1, 4);
        for (int round = 0; round < rounds; round++)
        {
            ended += await cluster.Database.ScalarAsync<long>(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()",
                cancellationToken);
            await FaultTools.HoldAsync(tools.Between(0.1, 0.6), cancellationToken);
        }

        return string.Create(CultureInfo.InvariantCulture, $"{ended} backends");
    }
}

/// <summary>PostgreSQL stops at once, as by a crash, and recovers from its log at its next start.</summary>
internal sealed class CrashPostgres : Fault
{
    public override string Name => "crash-postgres";

    public override async Task<string> InflictAsync(FaultCluster cluster, FaultTools tools, CancellationToken cancellationToken)
    {
        await cluster.Database.StopImmediatelyAsync();
        TimeSpan away = tools.Between(0, 8);
        await FaultTools.HoldAsync(away, cancellationToken);
        await cluster.Database.StartAgainAsync(cancellationToken);
        return string.Create(CultureInfo.InvariantCulture, $"away for {away.TotalSeconds:0.0} s");
    }
}

/// <summary>Each answer of the database takes longer, for one silo or all.</summary>
internal sealed class SlowDatabase : Fault
{
    public override string Name => "slow-database";

    public override async Task<string> InflictAsync(FaultCluster cluster, FaultTools tools, CancellationToken cancellationToken)
    {
        TimeSpan delay = tools.Between(0.02, 0.4);
        foreach (SiloSlot slot in cluster.Silos)
        {
            slot.Proxy.Delay = tools.Random.Next(3) == 0 ? delay * 3 : delay;
        }

        await FaultTools.HoldAsync(tools.Between(2, 5), cancellationToken);
        foreach (SiloSlot slot in cluster.Silos)
        {
            slot.Proxy.Delay = TimeSpan.Zero;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{delay.TotalMilliseconds:0} ms");
    }
}

/// <summary>A silo's connections to the database are reset, and new ones refused for a while.</summary>
internal sealed class CutDatabase : Fault
{
    public override string Name => "cut-database";

    public override async Task<string> InflictAsync(FaultCluster cluster, FaultTools tools, CancellationToken cancellationToken)
    {
        SiloSlot victim = tools.Any(cluster.Silos);
        victim.Proxy.Refusing = true;
        int cut = victim.Proxy.Cut();
        await FaultTools.HoldAsync(tools.Between(0, 5), cancellationToken);
        victim.Proxy.Refusing = false;
        return string.Create(CultureInfo.InvariantCulture, $"{cut} connections of {victim}");
    }
}

/// <summary>A silo's connections to the database carry nothing any more, and nobody is told; new ones work. The silo has to find out by itself.</summary>
internal sealed class HalfOpenDatabase : Fault
{
    public override string Name => "half-open-database";

    public override async Task<string> InflictAsync(FaultCluster cluster, FaultTools tools, CancellationToken cancellationToken)
    {
        SiloSlot victim = tools.Any(cluster.Silos);
        int dead = victim.Proxy.HalfOpen();
        await tools.UntilAnsweredAsync(60, cancellationToken);
        return string.Create(CultureInfo.InvariantCulture, $"{dead} connections of {victim}");
    }
}

/// <summary>Transactions commit, and their answers are lost with the connection.</summary>
internal sealed class LoseCommitReplies : Fault
{
    private static readonly TimeSpan Lost = TimeSpan.FromSeconds(60);

    public override string Name => "lose-commit-reply";

    public override async Task<string> InflictAsync(FaultCluster cluster, FaultTools tools, CancellationToken cancellationToken)
    {
        int each = tools.Random.Next(1, 5);
        int before = cluster.Silos.Sum(slot => slot.Proxy.LostReplies);
        foreach (SiloSlot slot in cluster.Silos)
        {
            slot.Proxy.LoseReplies(each);
        }

        int all = each * cluster.Silos.Count;
        await Eventually.HoldsAsync(() => cluster.Silos.Sum(slot => slot.Proxy.LostReplies) >= before + all, cancellationToken, Lost);
        return string.Create(CultureInfo.InvariantCulture, $"{all} replies");
    }
}
