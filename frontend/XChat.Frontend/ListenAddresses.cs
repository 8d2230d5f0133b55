using System.Net;
using System.Net.Sockets;

namespace XChat.Frontend;

/// <summary>Finds out about a taken port before anything is started, when it costs nothing and can be said plainly.</summary>
public static class ListenAddresses
{
    /// <exception cref="ListenAddressException">An address is malformed, taken or not allowed.</exception>
    public static void Require(string urls)
    {
        string[] all = urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (all.Length == 0)
        {
            throw new ListenAddressException($"--urls is empty: name an address like {FrontendCommandLine.DefaultUrls}.");
        }

        foreach (string url in all)
        {
            BindingAddress address = Parse(url);
            RequireMeant(address, url);
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
            throw NotAnAddress(url);
        }
    }

    /// <summary>Refuses what would fail later in other words, or listen where nobody meant it to: for a host name that is every address.</summary>
    private static void RequireMeant(BindingAddress address, string url)
    {
        if (address.Scheme == "https")
        {
            throw new ListenAddressException(
                $"--urls has \"{url}\", and XChat itself has no certificate. Put a reverse proxy that has one in front of {FrontendCommandLine.DefaultUrls}.");
        }

        if (address.Scheme != "http" || address.PathBase.Length > 0 || (!address.IsUnixPipe && address.Port > ushort.MaxValue))
        {
            throw NotAnAddress(url);
        }

        bool place = address.IsUnixPipe || address.Host is "localhost" or "*" or "+" || IPAddress.TryParse(address.Host.Trim('[', ']'), out _);
        if (!place)
        {
            throw new ListenAddressException(
                $"--urls has \"{url}\", whose host is a name. Give the address to listen at: 127.0.0.1 for this machine alone, * for every network.");
        }
    }

    private static ListenAddressException NotAnAddress(string url) =>
        new($"--urls has \"{url}\", which is not an address like {FrontendCommandLine.DefaultUrls}.");

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
            throw new ListenAddressException(problem.SocketErrorCode switch
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

/// <summary>A frontend cannot or must not listen where it was told to; the message says what to do.</summary>
public sealed class ListenAddressException(string message) : Exception(message);
