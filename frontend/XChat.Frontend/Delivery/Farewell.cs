using System.Security.Cryptography;

using Microsoft.Extensions.Options;

using XChat.Hosting;

namespace XChat.Frontend.Delivery;

/// <summary>
/// Sends clients elsewhere before the process stops. A process that is drained asks each at a random moment of the spread, while everything still works, so
/// that the other frontends are not run over. One that is stopped without a drain tells all at once: SignalR closes the connections in that moment, without
/// sending what is on its way, by a callback that was registered before this one; callbacks run last in, first out.
/// </summary>
internal sealed class Farewell(IHostApplicationLifetime lifetime, ConnectionRegistry connections, IOptions<DrainOptions> options, TimeProvider time)
    : IHostedService
{
    /// <summary>Time for the words to leave the process. Who is not reached in it finds the connection closed and comes back as well.</summary>
    private static readonly TimeSpan Flush = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// Time to leave since one of them last did. As long as others find another frontend, so do those who were asked last, or who have had to ask again: a
    /// client asks every two seconds, and lets calls on their way end for up to five. Where nobody leaves, nobody has anywhere else to go.
    /// </summary>
    private static readonly TimeSpan Leaving = TimeSpan.FromSeconds(5);

    /// <summary>Time to leave since the last of them was asked, however it goes.</summary>
    private static readonly TimeSpan MostLeaving = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(50);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        lifetime.ApplicationStopping.Register(TellAll);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Asks all clients to go, one after another in random order, and returns when they have gone or have had the time for it.</summary>
    public async Task SendAllElsewhereAsync(CancellationToken cancellationToken)
    {
        ChatConnection[] all = [.. connections.Users.SelectMany(user => user.Value)];
        RandomNumberGenerator.Shuffle(all.AsSpan());
        TimeSpan spread = TimeSpan.FromSeconds(options.Value.SpreadSeconds);
        long started = time.GetTimestamp();
        for (int told = 0; told < all.Length;)
        {
            double share = spread > TimeSpan.Zero ? Math.Min(1, (time.GetElapsedTime(started) + Tick) / spread) : 1;
            for (; told < (int)Math.Ceiling(all.Length * share); told++)
            {
                all[told].Send(Push.GoingAway);
            }

            await Task.Delay(Tick, time, cancellationToken);
        }

        await LetGoAsync(cancellationToken);
    }

    private async Task LetGoAsync(CancellationToken cancellationToken)
    {
        int left = Count();
        long asked = time.GetTimestamp();
        for (long last = asked; left > 0 && time.GetElapsedTime(last) < Leaving && time.GetElapsedTime(asked) < MostLeaving;)
        {
            await Task.Delay(Tick, time, cancellationToken);
            int now = Count();
            (left, last) = (now, now < left ? time.GetTimestamp() : last);
        }
    }

    private int Count() => connections.Users.Sum(user => user.Value.Length);

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
