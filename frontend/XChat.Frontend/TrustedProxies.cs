using System.Net;

using Microsoft.AspNetCore.HttpOverrides;

using Microsoft.Extensions.Options;

using IPNetwork = System.Net.IPNetwork;

namespace XChat.Frontend;

/// <summary>
/// Takes a client's address from what a proxy says, when the operator has named that proxy. Without it everybody behind a balancer shares one address and
/// its limits; and believing anybody would let clients choose their address.
/// </summary>
internal static class TrustedProxies
{
    /// <summary>The networks in a list such as <c>10.0.0.0/8, 127.0.0.1</c>; null when it is no such list.</summary>
    public static IReadOnlyList<IPNetwork>? Parse(string list)
    {
        List<IPNetwork> networks = [];
        foreach (string one in list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (IPNetwork.TryParse(one, out IPNetwork network))
            {
                networks.Add(network);
            }
            else if (IPAddress.TryParse(one, out IPAddress? address))
            {
                networks.Add(new IPNetwork(address, address.GetAddressBytes().Length * 8));
            }
            else
            {
                return null;
            }
        }

        return networks;
    }

    /// <summary>Believes the last proxy alone, and only about the address that it saw itself.</summary>
    public static void UseTrustedProxies(this WebApplication app)
    {
        if (Parse(app.Services.GetRequiredService<IOptions<FrontendOptions>>().Value.TrustedProxies) is not { Count: > 0 } networks)
        {
            return;
        }

        ForwardedHeadersOptions headers = new() { ForwardedHeaders = ForwardedHeaders.XForwardedFor, ForwardLimit = 1 };
        headers.KnownIPNetworks.Clear();
        headers.KnownProxies.Clear();
        foreach (IPNetwork network in networks)
        {
            headers.KnownIPNetworks.Add(network);
        }

        app.UseForwardedHeaders(headers);
    }
}
