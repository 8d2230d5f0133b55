using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

using XChat.GrainInterfaces.Wallets;
using XChat.Grains.Sweeps;

namespace XChat.Grains.Wallets.Rails;

/// <summary>Has the rail asked about payments whose webhook may be lost, and done what a crash or an outage has left undone.</summary>
public sealed class RailPaymentSweep(
    IRailPaymentStore payments, IGrainFactory grains, IOptions<RailOptions> options, TimeProvider time, ILogger<RailPaymentSweep> logger)
    : LeasedSweep<Guid>("payments over rails", options.Value.Pace, time, logger)
{
    /// <inheritdoc/>
    protected override Task<IReadOnlyList<Guid>> TakeDueAsync(
        DateTimeOffset now, DateTimeOffset leaseUntil, int limit, CancellationToken cancellationToken) =>
        payments.TakeDueAsync(now, leaseUntil, limit, cancellationToken);

    /// <inheritdoc/>
    protected override Task LookAfterAsync(Guid due) => grains.RailPayment(due).Advance();
}
