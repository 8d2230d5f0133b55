using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace XChat.LocalCluster;

/// <summary>The hundred loopback ports of a cluster, all told by the first: clients connect to that one, and the rest follow in tens.</summary>
internal sealed record PortBlock(int First)
{
    public const int DefaultFirst = 5080;
    public const int Size = 100;

    /// <summary>How many processes of a role have a port.</summary>
    public const int PerRole = 9;

    /// <summary>Where clients connect, whichever frontends there are.</summary>
    public Uri Door => Url(First);

    public Uri Frontend(int number) => Url(First + number);

    public Uri Realm(int number) => Url(First + 10 + number);

    public Uri Rail(int number) => Url(First + 20 + number);

    public Uri SiloHealth(int number) => Url(First + 30 + number);

    public string SiloPort(int number) => Text(First + 40 + number);

    public string GatewayPort(int number) => Text(First + 50 + number);

    public string RealmSiloPort(int number) => Text(First + 60 + number);

    public string RealmGatewayPort(int number) => Text(First + 70 + number);

    public Uri FrontendMetrics(int number) => Url(First + 80 + number);

    public Uri RealmMetrics(int number) => Url(First + 90 + number);

    /// <exception cref="ClusterException">A port of the block is taken, or there is no such block.</exception>
    public void RequireFree()
    {
        if (First is < 1024 or > 65535 - Size)
        {
            throw new ClusterException($"--port is {First}: give 1024 to {65535 - Size}; the {Size} ports from there on are the cluster's.");
        }

        for (int port = First; port < First + Size; port++)
        {
            try
            {
                using TcpListener probe = new(IPAddress.Loopback, port);
                probe.Start();
            }
            catch (SocketException problem) when (problem.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AccessDenied)
            {
                throw new ClusterException(
                    $"Port {port} is taken by another program, and the cluster needs {First} to {First + Size - 1}. "
                    + "Stop that one, or choose others with --port.");
            }
        }
    }

    private static Uri Url(int port) => new($"http://127.0.0.1:{Text(port)}");

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);
}
