using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace XChat.Grains.Transparency;

/// <summary>Has the key log take up what waits for it, also when nobody asks. Every silo sweeps; doing it twice is harmless.</summary>
public sealed partial class TransparencySweep(
    IGrainFactory grains, IOptions<TransparencyOptions> options, TimeProvider time, ILogger<TransparencySweep> logger) : BackgroundService
{
    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(options.Value.SweepPause, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await grains.TransparencyUpkeep().Drain();
            }
            catch (Exception problem) when (problem is not OperationCanceledException)
            {
                LogFailed(problem);
            }
        }
    }

    [LoggerMessage(EventId = 6010, Level = LogLevel.Warning, Message = "The key log could not take up what waits for it and is tried again.")]
    private partial void LogFailed(Exception problem);
}
