using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace XChat.Testing.Processes;

/// <summary>Loopback ports for processes that a test starts.</summary>
public static class FreePort
{
    // Below those that systems give to outgoing connections (Linux from 32768): one of these takes a port between its choice and its use.
    private const int First = 22_000;
    private const int Count = 10_000;

    // Test processes that run beside each other begin at different places.
    private static int _last = RandomNumberGenerator.GetInt32(Count);

    /// <summary>A port that nothing listens on at this moment, and that this process was not given before. Use it soon.</summary>
    /// <exception cref="InvalidOperationException">All are taken.</exception>
    public static int Next()
    {
        for (int tries = 0; tries < Count; tries++)
        {
            int port = First + (int)((uint)Interlocked.Increment(ref _last) % Count);
            if (IsFree(port))
            {
                return port;
            }
        }

        throw new InvalidOperationException($"Something listens on each of the ports {First} to {First + Count - 1}.");
    }

    private static bool IsFree(int port)
    {
        try
        {
            using TcpListener probe = new(IPAddress.Loopback, port);
            probe.Start();
            return true;
        }
        catch (SocketException taken) when (taken.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AccessDenied)
        {
            return false;
        }
    }
}
