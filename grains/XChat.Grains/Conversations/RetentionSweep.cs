using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

using XChat.Grains.Sweeps;

namespace XChat.Grains.Conversations;

/// <summary>
/// Empties messages whose timer has ended or that are older than the operator's policy, and drops Welcomes that nobody came for, in bounded
/// transactions. Every silo sweeps; rows that another one holds are passed over.
/// </summary>
public sealed class RetentionSweep(
    IConversationUpkeep upkeep,
    IOptions<ConversationOptions> options,
    ConversationMetrics metrics,
    TimeProvider time,
    ILogger<RetentionSweep> logger) : PeriodicSweep("expired messages", options.Value.SweepPause, time, logger)
{
    private long _lookedForOld;

    /// <inheritdoc/>
    public override async Task SweepAsync(CancellationToken cancellationToken)
    {
        int limit = options.Value.SweepBatch;
        int done;
        do
        {
            done = await upkeep.EmptyExpiredAsync(Time.GetUtcNow(), limit, cancellationToken);
            metrics.Expired(done);
        }
        while (done == limit);

        do
        {
            done = await upkeep.DropWelcomesAsync(Time.GetUtcNow() - options.Value.WelcomeLifetime, limit, cancellationToken);
        }
        while (done == limit);

        await EmptyOldAsync(limit, cancellationToken);
    }

    private async Task EmptyOldAsync(int limit, CancellationToken cancellationToken)
    {
        if (options.Value.MessageRetention is not { } retention
            || (_lookedForOld != 0 && Time.GetElapsedTime(_lookedForOld) < options.Value.RetentionPause))
        {
            return;
        }

        DateTimeOffset before = Time.GetUtcNow() - retention;
        RetentionStep step;
        do
        {
            step = await upkeep.EmptyOldAsync(before, limit, cancellationToken);
            metrics.Aged(step.Emptied);
        }
        while (!step.Finished);

        _lookedForOld = Time.GetTimestamp();
    }
}
