using System.Text.Json.Serialization;

using XChat.Testing.Processes;

namespace XChat.Load.Deliver;

/// <summary>How much a process's working set grew by idle connections, for each of them.</summary>
public sealed record MemoryPerConnection(
    [property: JsonPropertyName("connections")] int Connections, [property: JsonPropertyName("bytes")] long Bytes)
{
    /// <summary>Connections that come and go first, so that code and pools which serve the first of them are not counted.</summary>
    private const int First = 500;

    /// <summary>
    /// Opens connections to a server and looks at the working sets of the processes that serve them before and after, each time when garbage has
    /// been collected. One result for each process: at once, and after they were left alone for a time, if any.
    /// </summary>
    public static async Task<(MemoryPerConnection[] AtOnce, MemoryPerConnection[] Settled)> MeasureAsync(
        Uri server, TestProcess[] processes, int connections, Func<int, string?> tokenOf, TimeSpan settle, CancellationToken cancellationToken)
    {
        await using (await Fleet.ConnectAsync(server, Math.Min(First, connections), tokenOf, cancellationToken))
        {
        }

        long[] before = await LookAsync(processes, cancellationToken);
        await using Fleet fleet = await Fleet.ConnectAsync(server, connections, tokenOf, cancellationToken);
        MemoryPerConnection[] atOnce = await CompareAsync();
        if (settle <= TimeSpan.Zero)
        {
            return (atOnce, []);
        }

        await Task.Delay(settle, cancellationToken);
        return (atOnce, await CompareAsync());

        async Task<MemoryPerConnection[]> CompareAsync() =>
        [
            .. before.Zip(await LookAsync(processes, cancellationToken), (less, more) => new MemoryPerConnection(connections, (more - less) / connections)),
        ];
    }

    public override string ToString() => $"{Bytes / 1000.0:0.0} kB a connection, at {Connections}";

    private static async Task<long[]> LookAsync(TestProcess[] processes, CancellationToken cancellationToken)
    {
        List<long> sizes = [];
        foreach (TestProcess process in processes)
        {
            sizes.Add(await WorkingSet.CollectedAsync(process, cancellationToken));
        }

        return [.. sizes];
    }
}
