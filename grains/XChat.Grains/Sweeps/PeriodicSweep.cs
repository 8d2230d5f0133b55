using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace XChat.Grains.Sweeps;

/// <summary>What every silo does again and again beside the grains. A run that fails is logged, and the next one comes in its time.</summary>
/// <param name="what">What it is a sweep of, for the log.</param>
/// <param name="pause">From the beginning of one run to that of the next; a run that takes longer delays it.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Names the sweep by its category. Events 20 and 21, for every sweep.</param>
public abstract partial class PeriodicSweep(string what, TimeSpan pause, TimeProvider time, ILogger logger) : BackgroundService
{
    /// <summary>The clock.</summary>
    protected TimeProvider Time { get; } = time;

    /// <summary>Sweeps once until nothing more is due.</summary>
    public abstract Task SweepAsync(CancellationToken cancellationToken);

    /// <inheritdoc/>
    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(pause, Time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await SweepAsync(stoppingToken);
            }
            catch (Exception problem) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(problem, what);
            }
        }
    }

    /// <summary>Says that one thing could not be done; the rest of the run goes on.</summary>
    protected void NotDone(Exception problem) => LogNotDone(problem, what);

    [LoggerMessage(EventId = 20, Level = LogLevel.Warning, Message = "The sweep of {What} failed and is tried again.")]
    private partial void LogFailed(Exception problem, string what);

    [LoggerMessage(EventId = 21, Level = LogLevel.Warning, Message = "One of {What} could not be looked after; it is tried again.")]
    private partial void LogNotDone(Exception problem, string what);
}
