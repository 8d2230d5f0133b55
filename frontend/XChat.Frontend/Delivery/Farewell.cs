namespace XChat.Frontend.Delivery;

/// <summary>
/// Tells every client, before the process stops, to go elsewhere. SignalR closes the connections in the same moment, without sending what is on
/// its way, by a callback that was registered before this one; callbacks run last in, first out.
/// </summary>
internal sealed class Farewell(IHostApplicationLifetime lifetime, ConnectionRegistry connections) : IHostedService
{
    /// <summary>Time for the words to leave the process. Who is not reached in it finds the connection closed and comes back as well.</summary>
    private static readonly TimeSpan Flush = TimeSpan.FromMilliseconds(500);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        lifetime.ApplicationStopping.Register(TellAll);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private void TellAll()
    {
        bool any = false;
        foreach ((_, ChatConnection[] some) in connections.Users)
        {
            foreach (ChatConnection connection in some)
            {
                connection.Send(Push.GoingAway);
                any = true;
            }
        }

        if (any)
        {
            // The callback cannot be awaited, and whatever comes after it closes the connections.
            using ManualResetEventSlim over = new();
            over.Wait(Flush);
        }
    }
}
