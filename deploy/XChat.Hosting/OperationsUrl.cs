using Microsoft.AspNetCore.Http;

namespace XChat.Hosting;

/// <summary>The address for operators beside the one for clients.</summary>
public static class OperationsUrl
{
    /// <summary>Where a process listens: for clients, and for operators if they have a place.</summary>
    public static string Join(string clients, string? operators) => string.IsNullOrEmpty(operators) ? clients : $"{clients};{operators}";

    /// <summary>The port of an http:// address with a port; null for anything else.</summary>
    internal static int? PortOf(string url)
    {
        try
        {
            BindingAddress address = BindingAddress.Parse(url);
            return address is { Scheme: "http", IsUnixPipe: false, PathBase.Length: 0, Port: > 0 and <= ushort.MaxValue } ? address.Port : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <summary>Whether a request came in at that port. The Host header is the sender's to choose, the port is not.</summary>
    internal static bool CameInAt(this HttpContext context, int port) => context.Connection.LocalPort == port;
}
