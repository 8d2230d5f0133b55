using Orleans.Streams;

using XChat.GrainInterfaces.Delivery;

namespace XChat.Frontend.Delivery;

/// <summary>
/// Subscribes to the streams of this run of the frontend, and sees to it that whatever may have been missed on them is made up for.
/// </summary>
internal sealed partial class FrontendSubscription(
    IClusterClient cluster,
    FrontendId frontend,
    EventFanout fanout,
    FrontendStreamState state,
    ConnectionRegistry connections,
    ConnectionRoutes routes,
    TimeProvider time,
    ILogger<FrontendSubscription> logger) : BackgroundService, IAsyncBatchObserver<FrontendEvent>
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    public Task OnNextAsync(IList<SequentialItem<FrontendEvent>> items)
    {
        foreach (SequentialItem<FrontendEvent> item in items)
        {
            try
            {
                fanout.Handle(item.Item);
            }
            catch (Exception problem)
            {
                // One event that cannot be handled must not cost the others; its recipients find the gap in seq.
                LogNotHandled(problem, item.Item.Kind);
            }
        }

        return Task.CompletedTask;
    }

    /// <summary>Items were lost, nobody knows whose. An end of a session may be among them.</summary>
    public async Task OnErrorAsync(Exception ex)
    {
        LogGap(ex.GetType().Name);
        await ResyncAllAsync();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        for (int stripe = 0; stripe < FrontendStreams.Stripes; stripe++)
        {
            await SubscribeAsync(FrontendStreams.Stripe(frontend, stripe), stoppingToken);
        }

        state.SetSubscribed();
    }

    private async Task SubscribeAsync(StreamId stripe, CancellationToken stoppingToken)
    {
        TimeSpan pause = FirstPause;
        while (true)
        {
            try
            {
                await cluster.GetStreamProvider(FrontendStreams.Provider).GetStream<FrontendEvent>(stripe).SubscribeAsync(this);
                return;
            }
            catch (Exception problem) when (!stoppingToken.IsCancellationRequested)
            {
                // No silo yet, or the silo beside it has not started yet.
                LogNotSubscribed(problem.GetType().Name, pause.TotalSeconds);
            }

            await Task.Delay(pause, time, stoppingToken);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private async Task ResyncAllAsync()
    {
        foreach ((_, ChatConnection[] some) in connections.Users)
        {
            foreach (ChatConnection connection in some)
            {
                connection.Resync("gap");
            }
        }

        foreach ((_, ChatConnection[] some) in connections.Users)
        {
            await RecheckAsync(some);
        }
    }

    private async Task RecheckAsync(ChatConnection[] some)
    {
        try
        {
            await routes.RecheckAsync(some);
        }
        catch (Exception problem)
        {
            LogNotRechecked(problem.GetType().Name);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "An event of kind {Kind} could not be handled")]
    private partial void LogNotHandled(Exception problem, FrontendEventKind kind);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Pushes were lost ({Cause}): all connections are told to read the log")]
    private partial void LogGap(string cause);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The frontend's stream cannot be subscribed yet ({Cause}), trying again in {Seconds} s")]
    private partial void LogNotSubscribed(string cause, double seconds);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Sessions could not be checked again ({Cause}); they end by their time at the latest")]
    private partial void LogNotRechecked(string cause);
}
