using System.Net;

namespace XChat.FaultTests.Cluster;

/// <summary>
/// A network namespace for one silo, joined to a bridge of the run: the silo can be cut off from the other silos, or from everything, while its clock runs
/// and its connections stay. Needs Linux and the right to make namespaces.
/// </summary>
internal sealed class NetworkPlace : IAsyncDisposable
{
    private readonly string _namespace;
    private readonly string _port;

    private NetworkPlace(string run, int number)
    {
        _namespace = $"xf{run}n{number}";
        _port = $"xf{run}p{number}";
        Address = IPAddress.Parse($"10.213.{Convert.ToByte(run, 16)}.{10 + number}");
    }

    /// <summary>The silo's address.</summary>
    public IPAddress Address { get; }

    /// <summary>What starts a process there.</summary>
    public string[] Launcher => ["ip", "netns", "exec", _namespace];

    /// <summary>Why there can be none on this machine; null when there can.</summary>
    public static async Task<string?> WhyNotAsync()
    {
        if (!OperatingSystem.IsLinux())
        {
            return "network namespaces are Linux's";
        }

        const string Probe = "xfprobe";
        string? problem = await Tool.TryAsync("ip", "netns", "add", Probe) ?? await Tool.TryAsync("ip", "link", "add", Probe, "type", "bridge");
        _ = await Tool.TryAsync("ip", "link", "del", Probe);
        _ = await Tool.TryAsync("ip", "netns", "del", Probe);
        return problem is null ? null : $"no network namespace or bridge can be made here ({problem})";
    }

    /// <summary>Makes the bridge that the places of a run are joined to.</summary>
    /// <param name="run">Two hexadecimal digits that tell it from other runs' ones.</param>
    public static async Task<IPAddress> CreateBridgeAsync(string run)
    {
        IPAddress address = IPAddress.Parse($"10.213.{Convert.ToByte(run, 16)}.1");
        await Tool.RunAsync("ip", "link", "add", $"xf{run}br", "type", "bridge");
        await Tool.RunAsync("ip", "addr", "add", $"{address}/24", "dev", $"xf{run}br");
        await Tool.RunAsync("ip", "link", "set", $"xf{run}br", "up");
        return address;
    }

    /// <summary>Takes the bridge away.</summary>
    public static Task RemoveBridgeAsync(string run) => Tool.RunAsync("ip", "link", "del", $"xf{run}br");

    /// <summary>Makes one.</summary>
    public static async Task<NetworkPlace> CreateAsync(string run, int number)
    {
        NetworkPlace place = new(run, number);
        string inside = $"xf{run}i{number}";
        await Tool.RunAsync("ip", "netns", "add", place._namespace);
        await Tool.RunAsync("ip", "link", "add", place._port, "type", "veth", "peer", "name", inside);
        await Tool.RunAsync("ip", "link", "set", inside, "netns", place._namespace);
        await Tool.RunAsync("ip", "link", "set", place._port, "master", $"xf{run}br");
        await Tool.RunAsync("ip", "link", "set", place._port, "up");
        await Tool.RunAsync("ip", "-n", place._namespace, "addr", "add", $"{place.Address}/24", "dev", inside);
        await Tool.RunAsync("ip", "-n", place._namespace, "link", "set", inside, "up");
        await Tool.RunAsync("ip", "-n", place._namespace, "link", "set", "lo", "up");
        return place;
    }

    /// <summary>Cuts it off from everything, or joins it again.</summary>
    public Task SetLinkAsync(bool up) => Tool.RunAsync("ip", "link", "set", _port, up ? "up" : "down");

    /// <summary>Isolated places reach everything but one another.</summary>
    public Task SetIsolatedAsync(bool isolated) => Tool.RunAsync("ip", "link", "set", _port, "type", "bridge_slave", "isolated", isolated ? "on" : "off");

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _ = await Tool.TryAsync("ip", "link", "del", _port);
        await Tool.RunAsync("ip", "netns", "del", _namespace);
    }
}
