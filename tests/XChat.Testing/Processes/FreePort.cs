using System.Net;
using System.Net.Sockets;

namespace XChat.Testing.Processes;

/// <summary>Loopback ports for processes that a test starts.</summary>
public static class FreePort
{
    /// <summary>A port that nothing listens on at this moment. Another process may take it before it is used, so use it soon.</summary>
    public static int Next()
    {
        using TcpListener probe = new(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
