using System.Text.Json.Serialization;

namespace XChat.Load.Deliver;

/// <summary>How much a server's working set grew by idle connections, for each of them.</summary>
public sealed record MemoryPerConnection(
    [property: JsonPropertyName("connections")] int Connections, [property: JsonPropertyName("bytes")] long Bytes)
{
    /// <summary>Connections that come and go first, so that code and pools which serve the first of them are not counted.</summary>
    private const int First = 500;

    /// <summary>Opens connections and looks at the working set before and after, each time when garbage has been collected.</summary>
    public static async Task<MemoryPerConnection> MeasureAsync(
        ServerProcess server, int connections, Func<int, string?> tokenOf, CancellationToken cancellationToken)
    {
        await using (await Fleet.ConnectAsync(server.Address, Math.Min(First, connections), tokenOf, cancellationToken))
        {
        }

        long before = await server.CollectedWorkingSetAsync(cancellationToken);
        await using Fleet fleet = await Fleet.ConnectAsync(server.Address, connections, tokenOf, cancellationToken);
        long after = await server.CollectedWorkingSetAsync(cancellationToken);
        return new MemoryPerConnection(connections, (after - before) / connections);
    }

    public override string ToString() => $"{Bytes / 1000.0:0.0} kB a connection, at {Connections}";
}
