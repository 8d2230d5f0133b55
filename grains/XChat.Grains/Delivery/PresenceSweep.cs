using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

using XChat.Grains.Sweeps;
using XChat.Protocol.Accounts;

namespace XChat.Grains.Delivery;

/// <summary>
/// Finds the people of this silo whose frontend stopped renewing, and has their presence forget it. One for all: a timer in each presence would be a
/// fifth of what a connected person takes in memory.
/// </summary>
public sealed class PresenceSweep(
    PresenceRoutes people, IGrainFactory grains, IOptions<DeliveryOptions> options, TimeProvider time, ILogger<PresenceSweep> logger)
    : PeriodicSweep("presences", options.Value.RouteLease / 2, time, logger)
{
    private readonly int _parallelism = options.Value.TellParallelism;

    /// <inheritdoc/>
    public override Task SweepAsync(CancellationToken cancellationToken) => Parallel.ForEachAsync(
        people.FindLapsed(),
        new ParallelOptions { MaxDegreeOfParallelism = _parallelism, CancellationToken = cancellationToken },
        async (user, _) => await ForgetLapsedAsync(user));

    private async Task ForgetLapsedAsync(UserId user)
    {
        try
        {
            await grains.PresenceUpkeep(user).ForgetLapsed();
        }
        catch (Exception problem)
        {
            NotDone(problem);
        }
    }
}
