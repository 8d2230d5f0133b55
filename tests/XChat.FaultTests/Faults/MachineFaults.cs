using System.Globalization;

using XChat.FaultTests.Cluster;
using XChat.Testing;

namespace XChat.FaultTests.Faults;

/// <summary>The disk under PostgreSQL is full for a while. Whether the server bears it or crashes is its own matter; it is started again if it does.</summary>
internal sealed class FillDisk : Fault
{
    public override string Name => "fill-disk";

    public override bool NeedsSmallDisk => true;

    public override Task<string?> WhyNotAsync() => SmallDisk.WhyNotAsync();

    public override async Task<string> InflictAsync(FaultCluster cluster, FaultTools tools, CancellationToken cancellationToken)
    {
        if (!SmallDisk.Has(cluster.Database.Folder))
        {
            throw new InvalidOperationException($"{cluster.Database.Folder} is not on the small disk of the run, and nothing else is filled.");
        }

        string filler = Path.Combine(cluster.Database.Folder, "filler");
        long bytes = await FillAsync(filler, cancellationToken);
        try
        {
            await FaultTools.HoldAsync(tools.Between(2, 6), cancellationToken);
        }
        finally
        {
            File.Delete(filler);
        }

        return string.Create(CultureInfo.InvariantCulture, $"{bytes >> 20} MB{(cluster.Database.Ended ? ", and PostgreSQL ended" : string.Empty)}");
    }

    /// <summary>Real bytes: a file with holes fills nothing.</summary>
    private static async Task<long> FillAsync(string path, CancellationToken cancellationToken)
    {
        byte[] block = new byte[1 << 16];
        long written = 0;
        await using FileStream file = new(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            while (true)
            {
                await file.WriteAsync(block, cancellationToken);
                written += block.Length;
            }
        }
        catch (IOException)
        {
            return written;
        }
    }
}

/// <summary>
/// The clock of a silo jumps by minutes, forwards or backwards, while the silo works among the others; then it comes back with the right one, at another
/// address: at the same one, a silo whose clock is behind its predecessor's start takes itself for the older of the two, and ends.
/// </summary>
internal sealed class SkewClock : Fault
{
    private static readonly string[] Places =
    [
        "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1", "/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1",
        "/usr/lib64/faketime/libfaketimeMT.so.1", "/usr/lib/faketime/libfaketimeMT.so.1",
    ];

    public override string Name => "skew-clock";

    public override Task<string?> WhyNotAsync() =>
        Task.FromResult(Places.Any(File.Exists) ? null : "libfaketime is not installed (package libfaketime)");

    public override async Task<string> InflictAsync(FaultCluster cluster, FaultTools tools, CancellationToken cancellationToken)
    {
        SiloSlot victim = tools.Any(cluster.Silos);
        int seconds = tools.Random.Next(20, 600) * (tools.Random.Next(2) == 0 ? 1 : -1);
        string offset = string.Create(CultureInfo.InvariantCulture, $"{seconds:+0;-0}s");
        string clock = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(clock, "+0s", cancellationToken);
            victim.Silo.Process.Kill();
            await cluster.MoveAsync(victim, cancellationToken, new Dictionary<string, string?>
            {
                ["LD_PRELOAD"] = Places.First(File.Exists),
                ["FAKETIME_TIMESTAMP_FILE"] = clock,
                ["FAKETIME_CACHE_DURATION"] = "1",
                // Only the time of day: timers go by the monotonic clock, which no administrator sets.
                ["FAKETIME_DONT_FAKE_MONOTONIC"] = "1",
            });
            await tools.UntilAnsweredAsync(20, cancellationToken);
            await File.WriteAllTextAsync(clock, offset, cancellationToken);
            await tools.UntilAnsweredAsync(100, cancellationToken);
            victim.Silo.Process.Kill();
            await cluster.MoveAsync(victim, cancellationToken);
        }
        finally
        {
            File.Delete(clock);
        }

        return $"{victim} by {offset}";
    }
}

/// <summary>
/// A silo is cut off from everything until the others have declared it dead and gone on; then the network is back. It has run all the time, and holds
/// connections that nobody else knows of.
/// </summary>
internal sealed class IsolateSilo : Fault
{
    private static readonly TimeSpan Declared = TimeSpan.FromSeconds(90);

    public override string Name => "isolate-silo";

    public override bool NeedsNetwork => true;

    public override Task<string?> WhyNotAsync() => NetworkPlace.WhyNotAsync();

    public override async Task<string> InflictAsync(FaultCluster cluster, FaultTools tools, CancellationToken cancellationToken)
    {
        SiloSlot victim = tools.Any(cluster.Silos);
        await victim.Place!.SetLinkAsync(up: false);
        try
        {
            await Eventually.HoldsAsync(
                () => cluster.IsDeclaredDeadAsync(victim, cancellationToken), cancellationToken, Declared, what: $"{victim} is declared dead");
            await tools.UntilAnsweredAsync(40, cancellationToken);
        }
        finally
        {
            await victim.Place.SetLinkAsync(up: true);
        }

        return $"{victim}";
    }
}

/// <summary>No silo reaches another one, and all reach the database and the frontends: each takes the others for dead.</summary>
internal sealed class PartSilos : Fault
{
    public override string Name => "part-silos";

    public override bool NeedsNetwork => true;

    public override Task<string?> WhyNotAsync() => NetworkPlace.WhyNotAsync();

    public override async Task<string> InflictAsync(FaultCluster cluster, FaultTools tools, CancellationToken cancellationToken)
    {
        await SetAsync(cluster, isolated: true);
        TimeSpan time = tools.Between(4, 20);
        try
        {
            await FaultTools.HoldAsync(time, cancellationToken);
        }
        finally
        {
            await SetAsync(cluster, isolated: false);
        }

        return string.Create(CultureInfo.InvariantCulture, $"for {time.TotalSeconds:0.0} s");
    }

    private static Task SetAsync(FaultCluster cluster, bool isolated) =>
        Task.WhenAll(cluster.Silos.Select(slot => slot.Place!.SetIsolatedAsync(isolated)));
}
