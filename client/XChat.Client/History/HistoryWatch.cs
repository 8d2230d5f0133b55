using System.Security.Cryptography;

using XChat.Client.Delivery;

namespace XChat.Client.History;

/// <summary>While the client is connected, keeps the history level every now and then.</summary>
internal sealed class HistoryWatch : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _watching;

    public HistoryWatch(HistorySync history, EventFeed feed, TimeSpan pause, TimeProvider time) =>
        _watching = Task.Run(() => WatchAsync(history, feed, pause, time));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _watching;
        _stopping.Dispose();
    }

    private async Task WatchAsync(HistorySync history, EventFeed feed, TimeSpan pause, TimeProvider time)
    {
        while (true)
        {
            try
            {
                // Not all devices at once.
                await Task.Delay(pause * ((RandomNumberGenerator.GetInt32(500) + 500) / 1_000.0), time, _stopping.Token);
                _ = await history.RunAsync(append: true, int.MaxValue, _stopping.Token);
            }
            catch (XChatException problem) when (problem.Reason is ClientErrorReason.ServerUnreachable or ClientErrorReason.Security)
            {
                // The next time; what looks like an attack is a warning already.
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception problem)
            {
                feed.Publish(new WorkFailed(Guid.Empty, problem));
            }
        }
    }
}
