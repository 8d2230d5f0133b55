using MessagePack;

using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

using XChat.Frontend.Accounts;
using XChat.Frontend.Delivery;
using XChat.Frontend.Errors;
using XChat.Protocol;

namespace XChat.Frontend;

/// <summary>How SignalR is set up for untrusted clients.</summary>
internal static class HubComposition
{
    // A device may read while it sends; more at once would let one device crowd out others.
    private const int ParallelCalls = 4;

    public static IServiceCollection AddChatHub(this IServiceCollection services)
    {
        services
            .AddSignalR(hub =>
            {
                hub.EnableDetailedErrors = false;
                hub.MaximumReceiveMessageSize = Limits.RequestBytes;
                hub.MaximumParallelInvocationsPerClient = ParallelCalls;
                hub.StreamBufferCapacity = 1;
            })
            .AddHubOptions<ChatHub>(hub => hub.AddFilter<HubCallFilter>());
        services.AddSingleton<HubCallFilter>();
        services.AddSingleton<HubLifetimeManager<ChatHub>, ChatHubLifetimeManager>();
        // SignalR brings it along, and then ASP.NET puts its authorization before every endpoint, which each connection would keep. Without it an endpoint
        // that asks for it fails; ours ask for SessionGate.
        services.RemoveAll<IAuthorizationHandlerProvider>();
        // The protocol that is registered last under a name wins.
        services.AddSingleton<IHubProtocol>(_ => new ReasonedHubProtocol(new JsonHubProtocol()));
        services.AddSingleton<IHubProtocol>(_ => new ReasonedHubProtocol(new MessagePackHubProtocol(Options.Create(new MessagePackHubProtocolOptions
        {
            // Plain, so that enumerations are numbers; the default of SignalR writes their names.
            SerializerOptions = MessagePackSerializerOptions.Standard.WithSecurity(MessagePackSecurity.UntrustedData),
        }))));
        return services;
    }

    /// <summary>
    /// WebSockets only: what a slow reader may hold back is bounded by one buffer, and a browser needs nothing else.
    /// </summary>
    public static void MapChatHub(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapHub<ChatHub>(Routes.Hub, hub =>
        {
            hub.Transports = HttpTransportType.WebSockets;
            hub.TransportSendTimeout = ConnectionLimits.ReaderPatience;
        }).RequireSession();
}
