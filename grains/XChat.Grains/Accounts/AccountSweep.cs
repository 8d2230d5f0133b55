using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

using XChat.Protocol.Accounts;

namespace XChat.Grains.Accounts;

/// <summary>
/// Wakes accounts whose device list was published but not followed up, because the silo that had it stopped in between, and removes key
/// packages that are of no more use. Every silo sweeps; doing it twice is harmless.
/// </summary>
public sealed partial class AccountSweep(
    IAccountUpkeep upkeep,
    IGrainFactory grains,
    IOptions<AccountOptions> options,
    TimeProvider time,
    ILogger<AccountSweep> logger) : BackgroundService
{
    private readonly AccountOptions _options = options.Value;

    /// <summary>Sweeps once until nothing more is due.</summary>
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        await WakeUnfinishedAsync(cancellationToken);
        int dropped;
        do
        {
            dropped = await upkeep.DropKeyPackagesAsync(
                time.GetUtcNow(), time.GetUtcNow() - _options.UsedKeyPackageMemory, _options.SweepBatch, cancellationToken);
        }
        while (dropped == _options.SweepBatch);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(_options.SweepPause, time);
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

    private async Task WakeUnfinishedAsync(CancellationToken cancellationToken)
    {
        // Younger ones are under way in their activation.
        DateTimeOffset before = time.GetUtcNow() - _options.SweepPause;
        UserId after = UserId.Empty;
        IReadOnlyList<UserId> users;
        do
        {
            users = await upkeep.FindUnfinishedAsync(before, after, _options.SweepBatch, cancellationToken);
            foreach (UserId user in users)
            {
                await grains.AccountUpkeep(user).Resume();
                after = user;
            }
        }
        while (users.Count == _options.SweepBatch);
    }

    [LoggerMessage(EventId = 1010, Level = LogLevel.Warning, Message = "The sweep of accounts failed and is tried again.")]
    private partial void LogFailed(Exception problem);
}
