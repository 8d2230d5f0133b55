using System.Text.Json.Serialization;

namespace XChat.Load.Deliver;

/// <summary>How much of what a run does. <c>People</c> is even: they talk in pairs.</summary>
public sealed record DeliverPlan(TimeSpan Duration, int People, int Idle);

/// <summary>How much a server's working set grew by idle connections, for each of them.</summary>
public sealed record MemoryPerConnection(
    [property: JsonPropertyName("connections")] int Connections, [property: JsonPropertyName("bytes")] long Bytes)
{
    /// <summary>Opens connections and looks at the working set before and after, each time when it has settled.</summary>
    public static async Task<MemoryPerConnection> MeasureAsync(
        ServerProcess server, int connections, Func<int, string?> tokenOf, CancellationToken cancellationToken)
    {
        long before = server.WorkingSet;
        await using Fleet fleet = await Fleet.ConnectAsync(server.Address, connections, tokenOf, cancellationToken);
        long after = server.WorkingSet;
        return new MemoryPerConnection(connections, (after - before) / connections);
    }

    public override string ToString() => $"{Bytes / 1000.0:0.0} kB each at {Connections}";
}
