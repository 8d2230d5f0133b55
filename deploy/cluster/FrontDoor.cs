using System.Net;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.LoadBalancing;

namespace XChat.LocalCluster;

/// <summary>
/// The one address of the cluster, in the place of a load balancer: hands each new connection to the ready frontend with the fewest, and leaves open ones
/// where they are.
/// </summary>
internal sealed class FrontDoor : IAsyncDisposable
{
    private const string Route = "frontends";

    // A hub connection is one request that is silent for as long as nobody writes; its pings come every fifteen seconds.
    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(2);

    private readonly WebApplication _app;
    private readonly InMemoryConfigProvider _routes;
    private IReadOnlyList<Uri> _frontends = [];

    private FrontDoor(WebApplication app, InMemoryConfigProvider routes) => (_app, _routes) = (app, routes);

    public static async Task<FrontDoor> OpenAsync(Uri address)
    {
        InMemoryConfigProvider routes = new([], []);
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(address.OriginalString);
        builder.Services.AddSingleton<IProxyConfigProvider>(routes);
        builder.Services.AddReverseProxy();
        WebApplication app = builder.Build();
        app.MapReverseProxy();
        await app.StartAsync();
        return new FrontDoor(app, routes);
    }

    /// <summary>New connections go to these from now on.</summary>
    public void Use(IReadOnlyList<Uri> frontends)
    {
        if (frontends.SequenceEqual(_frontends))
        {
            return;
        }

        _frontends = frontends;
        _routes.Update(
            [new RouteConfig { RouteId = Route, ClusterId = Route, Match = new RouteMatch { Path = "{**all}" } }],
            [
                new ClusterConfig
                {
                    ClusterId = Route,
                    LoadBalancingPolicy = LoadBalancingPolicies.LeastRequests,
                    Destinations = frontends.ToDictionary(url => url.Authority, url => new DestinationConfig { Address = url.OriginalString }),
                    HttpRequest = new ForwarderRequestConfig { ActivityTimeout = Silence, Version = HttpVersion.Version11 },
                },
            ]);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
