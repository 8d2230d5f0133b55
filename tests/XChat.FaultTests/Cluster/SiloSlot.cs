using XChat.Testing.Processes;

namespace XChat.FaultTests.Cluster;

/// <summary>A place for a silo: its process, which may be ended and started again there, and its way to the database.</summary>
internal sealed class SiloSlot(int number, SiloProcess silo, DatabaseProxy proxy) : IAsyncDisposable
{
    /// <summary>From 1.</summary>
    public int Number => number;

    /// <summary>The process.</summary>
    public SiloProcess Silo => silo;

    /// <summary>Its way to the database.</summary>
    public DatabaseProxy Proxy => proxy;

    /// <summary>Its place in the network; null on loopback.</summary>
    public NetworkPlace? Place { get; init; }

    /// <summary>Whether a fault keeps it down on purpose, so that it is not started again.</summary>
    public bool Away { get; set; }

    /// <inheritdoc/>
    public override string ToString() => $"silo {number}";

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await silo.DisposeAsync();
        await proxy.DisposeAsync();
    }
}
