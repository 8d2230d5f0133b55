using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace XChat.Frontend;

/// <summary>
/// What a frontend is made of, the same in a process of its own and beside a silo. It reaches grains through <c>IClusterClient</c> and does
/// not know whether that is a client over the network or the silo next to it.
/// </summary>
public static class FrontendComposition
{
    /// <summary>Checks with this tag have to pass before traffic is sent here.</summary>
    public const string ReadyTag = "ready";

    /// <summary>The ADO.NET provider that Orleans loads by name; only it reads the list of silos, no code of the frontend does.</summary>
    private const string Invariant = "Npgsql";

    /// <summary>The parts of a frontend, but for the way to the silos.</summary>
    public static WebApplicationBuilder AddXChatFrontend(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<FrontendOptions>().BindConfiguration(FrontendOptions.Section).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<FrontendOptions>, FrontendOptionsValidator>();
        builder.Services.AddSingleton<IConfigureOptions<KestrelServerOptions>, ConnectionLimits>();
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddHealthChecks();
        return builder;
    }

    /// <summary>The way to the silos for a frontend in a process of its own: an Orleans client that finds them in the database.</summary>
    public static WebApplicationBuilder AddXChatClusterClient(this WebApplicationBuilder builder)
    {
        ClusterConnection connection = new();
        builder.Services.AddHealthChecks().AddCheck("cluster", connection, tags: [ReadyTag]);
        builder.Services.AddOptions<ClusterOptions>().Configure<IOptions<FrontendOptions>>((cluster, xchat) =>
        {
            cluster.ClusterId = xchat.Value.ClusterId;
            cluster.ServiceId = xchat.Value.ServiceId;
        });
        builder.Services.Configure<GatewayOptions>(gateways => gateways.GatewayListRefreshPeriod = TimeSpan.FromSeconds(10));
        builder.UseOrleansClient(client => client
            .UseAdoNetClustering(options => options.Configure<IOptions<FrontendOptions>>((clustering, xchat) =>
            {
                clustering.Invariant = Invariant;
                clustering.ConnectionString = xchat.Value.Postgres;
            }))
            .UseConnectionRetryFilter<ClusterConnectionRetry>()
            .AddGatewayCountChangedHandler((_, change) => connection.OnGatewayCountChanged(change.NumberOfConnectedGateways)));
        return builder;
    }

    /// <summary>The endpoints of a frontend.</summary>
    public static WebApplication MapXChatFrontend(this WebApplication app)
    {
        // A process that answers is alive: liveness runs no check, so that a lost database never makes a supervisor kill frontends.
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false });
        app.MapHealthChecks("/health/ready", new HealthCheckOptions { Predicate = check => check.Tags.Contains(ReadyTag) });
        return app;
    }
}
