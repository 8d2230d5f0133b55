using Npgsql;

namespace XChat.RailSim;

/// <summary>Ends payments whose time has come.</summary>
internal sealed partial class Settlement(SimStore store, FaultSwitch faults, TimeProvider time, ILogger<Settlement> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(Pause, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                bool more;
                do
                {
                    more = await store.SettleOneAsync(faults.Now.Fail, stoppingToken);
                }
                while (more);
            }
            catch (NpgsqlException problem)
            {
                LogFailed(problem.Message);
            }
        }
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "Payments could not be settled ({Problem}); it is tried again.")]
    private partial void LogFailed(string problem);
}
