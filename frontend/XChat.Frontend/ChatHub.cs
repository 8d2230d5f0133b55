using Microsoft.AspNetCore.SignalR;

using XChat.Frontend.Delivery;
using XChat.GrainInterfaces.Accounts;
using XChat.Protocol.Delivery;

namespace XChat.Frontend;

/// <summary>
/// What a signed-in device can call. Every method reads its request once, calls a grain on behalf of the session's device, and maps the
/// result; <see cref="HubCallFilter"/> stands before all of them. The methods are beside the rest of their domain.
/// </summary>
internal sealed partial class ChatHub(IClusterClient cluster, ConnectionRoutes routes) : Hub<IChatClient>, IChatHub
{
    private ChatConnection Connection => ChatConnection.Of(Context.Features);

    private Caller Caller => Connection.Session.Caller;

    public override Task OnConnectedAsync() => routes.ConnectAsync(Connection, Context.ConnectionAborted);

    public override Task OnDisconnectedAsync(Exception? exception) => routes.DisconnectAsync(Connection);
}
