using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;

namespace XChat.Standalone;

/// <summary>Finds out about a taken port before anything is started, when it costs nothing and can be said plainly.</summary>
internal static class ListenAddresses
{
    /// <exception cref="StandaloneException">An address is malformed, taken or not allowed.</exception>
    public static void Require(string urls)
    {
        foreach (string url in urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            BindingAddress address = Parse(url);
            if (address.Port != 0 && !address.IsUnixPipe)
            {
                RequireFree(address, url);
            }
        }
    }

    private static BindingAddress Parse(string url)
    {
        try
        {
            return BindingAddress.Parse(url);
        }
        catch (FormatException)
        {
            throw new StandaloneException($"--urls has \"{url}\", which is not an address like {StandaloneOptions.DefaultUrls}.");
        }
    }

    private static void RequireFree(BindingAddress address, string url)
    {
        IPAddress place = IPAddress.TryParse(address.Host.Trim('[', ']'), out IPAddress? given) ? given
            : address.Host == "localhost" ? IPAddress.Loopback
            : IPAddress.Any;
        try
        {
            using TcpListener probe = new(place, address.Port);
            probe.Start();
        }
        catch (SocketException problem)
        {
            throw new StandaloneException(problem.SocketErrorCode switch
            {
                SocketError.AddressAlreadyInUse =>
                    $"Port {address.Port} is taken by another program. Stop that one, or choose another port: "
                    + $"--urls {address.Scheme}://{address.Host}:{NextPort(address.Port)}",
                SocketError.AccessDenied => $"Port {address.Port} may only be opened by an administrator. Choose one above 1023 with --urls.",
                _ => $"Nothing can listen at {url}: {problem.Message}",
            });
        }
    }

    private static int NextPort(int port) => port < 65535 ? port + 1 : port - 1;
}
