using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using XChat.Crypto.Recovery;
using XChat.Frontend.Accounts;
using XChat.Frontend.Delivery;
using XChat.Frontend.Errors;
using XChat.Frontend.RateLimits;
using XChat.Frontend.Recovery;
using XChat.Frontend.Transparency;
using XChat.Frontend.Wallets;
using XChat.GrainInterfaces.Delivery;
using XChat.Hosting;
using XChat.Protocol;
using XChat.PushStreams;

namespace XChat.Frontend;

/// <summary>
/// What a frontend is made of, the same in a process of its own and beside a silo. It reaches grains through <c>IClusterClient</c> and does
/// not know whether that is a client over the network or the silo next to it.
/// </summary>
public static class FrontendComposition
{
    /// <summary>The ADO.NET provider that Orleans loads by name; only it reads the list of silos, no code of the frontend does.</summary>
    private const string Invariant = "Npgsql";

    /// <summary>
    /// How long a silo may take to answer. Nobody tells a frontend that a call was lost with the silo it had been passed on to, so this is what a client
    /// waits after a crash before it asks again, with the same id. A silo that died is declared dead after about as long, so that an earlier try would
    /// find nobody; a silo that is only slow goes on, and the second try gets the first one's result.
    /// </summary>
    private static readonly TimeSpan Answered = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The parts of a frontend, but for the way to the silos, which is added before: what comes first starts first, and the frontend's subscription
    /// goes that way.
    /// </summary>
    public static WebApplicationBuilder AddXChatFrontend(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<FrontendOptions>().BindConfiguration(FrontendOptions.Section).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<FrontendOptions>, FrontendOptionsValidator>();
        builder.Services.AddSingleton<IConfigureOptions<KestrelServerOptions>, ConnectionLimits>();
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddServerHealth().AddHealthChecks().AddCheck<FrontendStreamState>("streams", tags: [ServerHealth.ReadyTag]);
        builder.Services.AddSecurity().AddDelivery().AddChatHub();
        KeepTokensOutOfLogs(builder.Logging);
        builder.Services.AddOptions<LoggerFilterOptions>().Configure<IConfiguration>(CaptureScopesIfTold);
        return builder;
    }

    /// <summary>The way to the silos for a frontend in a process of its own: an Orleans client that finds them in the database.</summary>
    public static WebApplicationBuilder AddXChatClusterClient(this WebApplicationBuilder builder)
    {
        ClusterConnection connection = new();
        builder.Services.AddHealthChecks().AddCheck("cluster", connection, tags: [ServerHealth.ReadyTag]);
        builder.Services.AddOptions<ClusterOptions>().Configure<IOptions<FrontendOptions>>((cluster, xchat) =>
        {
            cluster.ClusterId = xchat.Value.ClusterId;
            cluster.ServiceId = xchat.Value.ServiceId;
        });
        builder.Services.Configure<GatewayOptions>(gateways => gateways.GatewayListRefreshPeriod = TimeSpan.FromSeconds(10));
        builder.Services.Configure<ClientMessagingOptions>(messaging => messaging.ResponseTimeout = Answered);
        builder.UseOrleansClient(client =>
        {
            if (Telemetry.IsSent(builder.Configuration))
            {
                client.AddActivityPropagation();
            }

            client
                .UseAdoNetClustering(options => options.Configure<IOptions<FrontendOptions>>((clustering, xchat) =>
                {
                    clustering.Invariant = Invariant;
                    clustering.ConnectionString = xchat.Value.Postgres;
                }))
                .UseConnectionRetryFilter<ClusterConnectionRetry>()
                .AddChosenStreams(FrontendStreams.Provider, FrontendStreams.ChoiceKey)
                .AddGatewayCountChangedHandler((_, change) => connection.OnGatewayCountChanged(change.NumberOfConnectedGateways));
        });
        return builder;
    }

    /// <summary>The endpoints of a frontend.</summary>
    public static WebApplication MapXChatFrontend(this WebApplication app)
    {
        // Made now and not with the first call: what it lets in is measured from the start.
        _ = app.Services.GetRequiredService<CallAdmission>();
        app.UseTrustedProxies();
        app.MapServerHealth();
        app.Use(app.Services.GetRequiredService<SessionGate>().InvokeAsync);
        RouteGroupBuilder endpoints = app.MapGroup(string.Empty);
        endpoints.AddEndpointFilter<RouteGroupBuilder, EndpointErrors>().AddEndpointFilter<RouteGroupBuilder, EndpointAdmission>();
        endpoints.MapAccounts();
        endpoints.MapLinks();
        endpoints.MapTransparency();
        endpoints.MapRailWebhooks();
        if (app.Services.GetService<RealmKeyring>() is not null)
        {
            endpoints.MapRealms();
        }

        app.MapChatHub();
        app.MapFallback("/v1/{**path}", NoSuchPathAsync);
        return app;
    }

    /// <summary>What the endpoints of a realm in a process of its own need, beside a silo.</summary>
    public static WebApplicationBuilder AddXChatRealmEndpoints(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<FrontendOptions>().BindConfiguration(FrontendOptions.Section);
        builder.Services.AddSingleton<IConfigureOptions<KestrelServerOptions>, ConnectionLimits>();
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddServerHealth();
        builder.Services.AddErrorsAndAddressLimits();
        KeepTokensOutOfLogs(builder.Logging);
        return builder;
    }

    /// <summary>The endpoints of a realm in a process of its own.</summary>
    public static WebApplication MapXChatRealm(this WebApplication app)
    {
        app.UseTrustedProxies();
        app.MapServerHealth();
        RouteGroupBuilder endpoints = app.MapGroup(string.Empty);
        endpoints.AddEndpointFilter<RouteGroupBuilder, EndpointErrors>();
        endpoints.MapRealms();
        app.MapFallback("/v1/{**path}", NoSuchPathAsync);
        return app;
    }

    private static Task NoSuchPathAsync(HttpContext context) =>
        Problem.WriteAsync(context, new CallRefusedException(ErrorReason.NotFound, "There is no such path, or not with this method."));

    private static IServiceCollection AddErrorsAndAddressLimits(this IServiceCollection services)
    {
        services.AddOptions<RateLimitOptions>().BindConfiguration(RateLimitOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<RateLimitOptions>, RateLimitOptionsValidator>();
        services.AddSingleton<AddressLimits>();
        services.AddSingleton<ErrorMap>();
        return services;
    }

    private static IServiceCollection AddSecurity(this IServiceCollection services)
    {
        services.AddErrorsAndAddressLimits();
        services.TryAddSingleton(ServedRealms.FromOptions);
        services.AddSingleton<DeviceLimits>();
        services.AddOptions<AdmissionOptions>().BindConfiguration(AdmissionOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<AdmissionOptions>, AdmissionOptionsValidator>();
        services.AddSingleton<CallAdmission>();
        services.AddSingleton<FrontendMetrics>();
        services.AddSingleton<SessionVerification>();
        services.AddSingleton<SessionGate>();
        return services;
    }

    private static IServiceCollection AddDelivery(this IServiceCollection services)
    {
        services.AddSingleton(typeof(FrontendId), _ => new FrontendId(Guid.CreateVersion7()));
        services.AddSingleton<ConnectionRegistry>();
        services.AddSingleton<ConnectionRoutes>();
        services.AddSingleton<EventFanout>();
        services.AddSingleton<FrontendStreamState>();
        services.AddHostedService<FrontendSubscription>();
        services.AddHostedService<RouteRenewal>();
        services.AddSingleton<Farewell>();
        services.AddHostedService(provider => provider.GetRequiredService<Farewell>());
        services.AddSingleton(provider => new DrainStep(provider.GetRequiredService<Farewell>().SendAllElsewhereAsync));
        return services;
    }

    /// <summary>
    /// Scopes (request, connection) are not captured unless an operator says so (<c>Logging:CaptureScopes</c>): none of our log lines shows them, and each
    /// connection keeps those that it was opened in.
    /// </summary>
    private static void CaptureScopesIfTold(LoggerFilterOptions filters, IConfiguration configuration) =>
        filters.CaptureScopes = configuration.GetValue("Logging:CaptureScopes", false);

    /// <summary>
    /// ASP.NET logs requests with their query, in which browsers have to send the token of a WebSocket. SignalR logs as an error what a client
    /// did wrong; bugs are logged by <see cref="ErrorMap"/>. These rules are more specific than any that an operator is likely to set.
    /// </summary>
    private static void KeepTokensOutOfLogs(ILoggingBuilder logging)
    {
        // None and not a level above its own: it makes a trace of each request if anything of it could be logged, and a connection would keep that.
        logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        logging.AddFilter("Microsoft.AspNetCore.SignalR.Internal.DefaultHubDispatcher", LogLevel.Critical);
        logging.AddFilter("Microsoft.AspNetCore.SignalR.HubConnectionHandler", LogLevel.Critical);
    }
}
