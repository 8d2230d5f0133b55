namespace XChat.Frontend.Delivery;

/// <summary>
/// Tells every client, before the process stops, to go elsewhere. SignalR closes the connections in the same moment, by a callback that was
/// registered before this one; callbacks run last in, first out.
/// </summary>
internal sealed class Farewell(IHostApplicationLifetime lifetime, ConnectionRegistry connections) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        lifetime.ApplicationStopping.Register(TellAll);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private void TellAll()
    {
        foreach ((_, ChatConnection[] some) in connections.Users)
        {
            foreach (ChatConnection connection in some)
            {
                connection.Send(Push.GoingAway);
            }
        }
    }
}
