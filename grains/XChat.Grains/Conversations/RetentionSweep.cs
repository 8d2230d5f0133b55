using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace XChat.Grains.Conversations;

/// <summary>
/// Empties messages whose timer has ended or that are older than the operator's policy, and drops Welcomes that nobody came for, in bounded
/// transactions. Every silo sweeps; rows that another one holds are passed over.
/// </summary>
public sealed partial class RetentionSweep(
    IConversationUpkeep upkeep,
    IOptions<ConversationOptions> options,
    ConversationMetrics metrics,
    TimeProvider time,
    ILogger<RetentionSweep> logger) : BackgroundService
{
    private long _lookedForOld;

    /// <summary>Sweeps once until nothing more is due.</summary>
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        int limit = options.Value.SweepBatch;
        int done;
        do
        {
            done = await upkeep.EmptyExpiredAsync(time.GetUtcNow(), limit, cancellationToken);
            metrics.Expired(done);
        }
        while (done == limit);

        do
        {
            done = await upkeep.DropWelcomesAsync(time.GetUtcNow() - options.Value.WelcomeLifetime, limit, cancellationToken);
        }
        while (done == limit);

        await EmptyOldAsync(limit, cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(options.Value.SweepPause, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await SweepAsync(stoppingToken);
            }
            catch (Exception problem) when (problem is not OperationCanceledException)
            {
                LogFailed(problem);
            }
        }
    }

    private async Task EmptyOldAsync(int limit, CancellationToken cancellationToken)
    {
        if (options.Value.MessageRetention is not { } retention
            || (_lookedForOld != 0 && time.GetElapsedTime(_lookedForOld) < options.Value.RetentionPause))
        {
            return;
        }

        DateTimeOffset before = time.GetUtcNow() - retention;
        RetentionStep step;
        do
        {
            step = await upkeep.EmptyOldAsync(before, limit, cancellationToken);
            metrics.Aged(step.Emptied);
        }
        while (!step.Finished);

        _lookedForOld = time.GetTimestamp();
    }

    [LoggerMessage(EventId = 2021, Level = LogLevel.Warning, Message = "The sweep of expired messages failed and is tried again.")]
    private partial void LogFailed(Exception problem);
}
