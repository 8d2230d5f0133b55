using System.Security.Cryptography;

using XChat.Client.Delivery;

namespace XChat.Client.Recovery;

/// <summary>While the client is connected, asks the realms every couple of minutes whether somebody guesses at the PIN.</summary>
internal sealed class RecoveryWatch : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _watching;

    public RecoveryWatch(PinRecovery recovery, Func<byte[]> root, EventFeed feed, TimeSpan pause, TimeProvider time) =>
        _watching = Task.Run(() => WatchAsync(recovery, root, feed, pause, time));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _watching;
        _stopping.Dispose();
    }

    private async Task WatchAsync(PinRecovery recovery, Func<byte[]> root, EventFeed feed, TimeSpan pause, TimeProvider time)
    {
        while (true)
        {
            try
            {
                await recovery.LookAsync(root(), _stopping.Token);
            }
            catch (XChatException)
            {
                // A server without realms, or realms that cannot be reached now: the next look comes.
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception problem)
            {
                feed.Publish(new WorkFailed(Guid.Empty, problem));
            }

            try
            {
                // Not all devices at once.
                await Task.Delay(pause * ((RandomNumberGenerator.GetInt32(500) + 500) / 1_000.0), time, _stopping.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }
}
