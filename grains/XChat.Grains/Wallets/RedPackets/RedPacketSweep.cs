using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

using XChat.GrainInterfaces.Wallets;

namespace XChat.Grains.Wallets.RedPackets;

/// <summary>
/// Has packets settled whose time is over, or that a crash may have left with something undone. Every silo sweeps, in bounded steps.
/// </summary>
public sealed partial class RedPacketSweep(
    IRedPacketStore packets,
    IGrainFactory grains,
    IOptions<RedPacketOptions> options,
    TimeProvider time,
    ILogger<RedPacketSweep> logger) : BackgroundService
{
    /// <summary>Sweeps once until nothing more is due.</summary>
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<Guid> due;
        do
        {
            DateTimeOffset now = time.GetUtcNow();
            due = await packets.TakeDueAsync(now, now + options.Value.SweepLease, options.Value.SweepBatch, cancellationToken);
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

    private async Task SettleAsync(Guid packet)
    {
        try
        {
            await grains.RedPacket(packet).Settle();
        }
        catch (Exception problem)
        {
            // It comes back when its lease is over.
            LogNotSettled(problem);
        }
    }

    [LoggerMessage(EventId = 3040, Level = LogLevel.Warning, Message = "The sweep of red packets failed and is tried again.")]
    private partial void LogFailed(Exception problem);

    [LoggerMessage(EventId = 3041, Level = LogLevel.Warning, Message = "A red packet could not be settled; it is tried again.")]
    private partial void LogNotSettled(Exception problem);
}
