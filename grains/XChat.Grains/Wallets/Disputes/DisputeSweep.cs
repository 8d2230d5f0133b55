using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

using XChat.GrainInterfaces.Wallets;
using XChat.Protocol.Wallets;

namespace XChat.Grains.Wallets.Disputes;

/// <summary>The clocks of disputes. Every silo sweeps, in bounded steps; what one has begun, others leave alone for a while.</summary>
public sealed partial class DisputeSweep(
    IDisputeStore disputes, IGrainFactory grains, IOptions<DisputeOptions> options, TimeProvider time, ILogger<DisputeSweep> logger) : BackgroundService
{
    /// <summary>Sweeps once until nothing more is due.</summary>
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<TransferId> due;
        do
        {
            DateTimeOffset now = time.GetUtcNow();
            due = await disputes.TakeDueAsync(now, now + options.Value.SweepLease, options.Value.SweepBatch, cancellationToken);
            await Task.WhenAll(due.Select(SettleAsync));
        }
        while (due.Count == options.Value.SweepBatch);
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

    private async Task SettleAsync(TransferId payment)
    {
        try
        {
            await grains.Dispute(payment).Settle();
        }
        catch (Exception problem)
        {
            // It comes back when its lease is over.
            LogNotSettled(problem);
        }
    }

    [LoggerMessage(EventId = 3065, Level = LogLevel.Warning, Message = "The sweep of disputes failed and is tried again.")]
    private partial void LogFailed(Exception problem);

    [LoggerMessage(EventId = 3066, Level = LogLevel.Warning, Message = "A dispute could not be settled; it is tried again.")]
    private partial void LogNotSettled(Exception problem);
}
