using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

using XChat.GrainInterfaces.Wallets;

namespace XChat.Grains.Wallets.Rails;

/// <summary>
/// Has the rail asked about payments whose webhook may be lost, and done what a crash or an outage has left undone. Every silo sweeps, in bounded steps.
/// </summary>
public sealed partial class RailPaymentSweep(
    IRailPaymentStore payments,
    IGrainFactory grains,
    IOptions<RailOptions> options,
    TimeProvider time,
    ILogger<RailPaymentSweep> logger) : BackgroundService
{
    /// <summary>Sweeps once until nothing more is due.</summary>
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<Guid> due;
        do
        {
            DateTimeOffset now = time.GetUtcNow();
            due = await payments.TakeDueAsync(now, now + options.Value.SweepLease, options.Value.SweepBatch, cancellationToken);
            await Task.WhenAll(due.Select(AdvanceAsync));
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

    private async Task AdvanceAsync(Guid payment)
    {
        try
        {
            await grains.RailPayment(payment).Advance();
        }
        catch (Exception problem)
        {
            // It comes back when its lease is over.
            LogNotAdvanced(problem);
        }
    }

    [LoggerMessage(EventId = 3060, Level = LogLevel.Warning, Message = "The sweep of payments over rails failed and is tried again.")]
    private partial void LogFailed(Exception problem);

    [LoggerMessage(EventId = 3061, Level = LogLevel.Warning, Message = "A payment over a rail could not be looked after; it is tried again.")]
    private partial void LogNotAdvanced(Exception problem);
}
