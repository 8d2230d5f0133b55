using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.SignalR;

using XChat.Frontend.Accounts;

namespace XChat.Frontend.Delivery;

/// <summary>Where SignalR hands over its connections. Delivery writes to them directly, so that a push is serialised once for all of them.</summary>
internal sealed class ChatHubLifetimeManager(
    ConnectionRoutes routes, FrontendMetrics metrics, ILogger<DefaultHubLifetimeManager<ChatHub>> logger) : DefaultHubLifetimeManager<ChatHub>(logger)
{
    public override Task OnConnectedAsync(HubConnectionContext connection)
    {
        HttpContext request = connection.GetHttpContext() ?? throw new InvalidOperationException("A hub connection without a request.");
        Session session = request.Features.GetRequiredFeature<Session>();
        // The connection verifies it anew and has its own from then on; the request lasts as long.
        request.Features.Set<Session>(null);
        connection.Features.Set(new ChatConnection(connection, session, metrics));
        return base.OnConnectedAsync(connection);
    }

    public override async Task OnDisconnectedAsync(HubConnectionContext connection)
    {
        await base.OnDisconnectedAsync(connection);
        await routes.DisconnectAsync(ChatConnection.Of(connection.Features));
    }
}
