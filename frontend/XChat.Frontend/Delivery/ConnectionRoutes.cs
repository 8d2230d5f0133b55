using System.Collections.Concurrent;

using XChat.Frontend.Accounts;
using XChat.Frontend.Errors;
using XChat.GrainInterfaces.Accounts;
using XChat.GrainInterfaces.Delivery;
using XChat.Hosting;
using XChat.Protocol;
using XChat.Protocol.Accounts;

namespace XChat.Frontend.Delivery;

/// <summary>Keeps the grains informed of which users are connected to this run of the frontend.</summary>
internal sealed partial class ConnectionRoutes(
    IClusterClient cluster,
    FrontendId frontend,
    ConnectionRegistry connections,
    SessionVerification sessions,
    FrontendStreamState stream,
    Drain drain,
    ILogger<ConnectionRoutes> logger)
{
    private const int RetryAfterSeconds = 30;

    // A user who comes back while the last goodbye is on its way waits for it. Should the two pass each other all the same, the next renewal
    // finds the route missing.
    private readonly ConcurrentDictionary<UserId, Task> _leaving = new();

    /// <summary>When it returns, the device gets every push from here on, and its session was live after that began.</summary>
    /// <exception cref="CallRefusedException">The connection is not to be.</exception>
    public async Task ConnectAsync(ChatConnection connection, CancellationToken cancellationToken)
    {
        if (drain.Begun)
        {
            throw new CallRefusedException(ErrorReason.Unavailable, "This frontend is being stopped: connect again, and another one answers.");
        }

        await stream.WhenSubscribedAsync(cancellationToken);
        Caller caller = connection.Session.Caller;
        if (!connections.TryAdd(connection))
        {
            throw new CallRefusedException(
                ErrorReason.RateLimited,
                $"The device has {ConnectionRegistry.PerDevice} connections already: close one, or try again in {RetryAfterSeconds} s.")
            {
                RetryAfterSeconds = RetryAfterSeconds,
            };
        }

        if (_leaving.TryGetValue(caller.User, out Task? goodbye))
        {
            await goodbye;
        }

        await RegisterAsync(caller.User);
        connection.Routed = true;
        // An end of the session from now on is heard of; one from before is seen now.
        connection.Session = await sessions.AskAsync(connection.Session.Token)
            ?? throw new CallRefusedException(ErrorReason.Unauthenticated, "The session is over: sign in again.");
    }

    /// <summary>Forgets a connection; the grains are told when it was the user's last here.</summary>
    public Task DisconnectAsync(ChatConnection connection) =>
        connections.Remove(connection) ? LeaveAsync(connection.Session.Caller.User) : Task.CompletedTask;

    /// <summary>
    /// Renews a user's route. Where the grain did not know it any more, pushes and ends of sessions may have been missed.
    /// </summary>
    public async Task RenewAsync(UserId user)
    {
        if (await RegisterAsync(user))
        {
            await RecheckAsync(connections.Of(user));
        }
    }

    /// <summary>Closes the connections whose session is over by now.</summary>
    public async Task RecheckAsync(IEnumerable<ChatConnection> some)
    {
        foreach (ChatConnection connection in some)
        {
            if (await sessions.AskAsync(connection.Session.Token) is { } session)
            {
                connection.Session = session;
            }
            else
            {
                connection.EndSession();
            }
        }
    }

    /// <summary>True when the grain had to be told anew although connections relied on the route.</summary>
    private async Task<bool> RegisterAsync(UserId user)
    {
        RouteRegistered registered = await cluster.Presence(user).Connect(new RegisterRoute(frontend));
        bool missed = false;
        if (registered.New)
        {
            foreach (ChatConnection connection in connections.Of(user).Where(connection => connection.Routed))
            {
                missed = true;
                connection.Resync("route_lost");
            }
        }

        return missed;
    }

    private async Task LeaveAsync(UserId user)
    {
        TaskCompletionSource left = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _leaving[user] = left.Task;
        try
        {
            await cluster.Presence(user).Disconnect(new RemoveRoute(frontend));
        }
        catch (Exception problem)
        {
            // The route lapses by its lease, since nobody renews it.
            LogNotTold(problem);
        }
        finally
        {
            _leaving.TryRemove(new KeyValuePair<UserId, Task>(user, left.Task));
            left.SetResult();
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "A route could not be removed and will lapse")]
    private partial void LogNotTold(Exception problem);
}
