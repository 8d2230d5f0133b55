using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

using XChat.Grains.Sweeps;
using XChat.Protocol.Accounts;

namespace XChat.Grains.Accounts;

/// <summary>
/// Wakes accounts whose device list was published but not followed up, because the silo that had it stopped in between, and removes key
/// packages that are of no more use. Every silo sweeps; doing it twice is harmless.
/// </summary>
public sealed class AccountSweep(
    IAccountUpkeep upkeep,
    IGrainFactory grains,
    IOptions<AccountOptions> options,
    TimeProvider time,
    ILogger<AccountSweep> logger) : PeriodicSweep("accounts", options.Value.SweepPause, time, logger)
{
    private readonly AccountOptions _options = options.Value;

    /// <inheritdoc/>
    public override async Task SweepAsync(CancellationToken cancellationToken)
    {
        await WakeUnfinishedAsync(cancellationToken);
        int dropped;
        do
        {
            dropped = await upkeep.DropKeyPackagesAsync(
                Time.GetUtcNow(), Time.GetUtcNow() - _options.UsedKeyPackageMemory, _options.SweepBatch, cancellationToken);
        }
        while (dropped == _options.SweepBatch);
    }

    private async Task WakeUnfinishedAsync(CancellationToken cancellationToken)
    {
        // Younger ones are under way in their activation.
        DateTimeOffset before = Time.GetUtcNow() - _options.SweepPause;
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
}
