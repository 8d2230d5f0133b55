using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

using XChat.GrainInterfaces.Wallets;
using XChat.Grains.Sweeps;
using XChat.Protocol.Wallets;

namespace XChat.Grains.Wallets.Disputes;

/// <summary>The clocks of disputes.</summary>
public sealed class DisputeSweep(
    IDisputeStore disputes, IGrainFactory grains, IOptions<DisputeOptions> options, TimeProvider time, ILogger<DisputeSweep> logger)
    : LeasedSweep<TransferId>("disputes", options.Value.Pace, time, logger)
{
    /// <inheritdoc/>
    protected override Task<IReadOnlyList<TransferId>> TakeDueAsync(
        DateTimeOffset now, DateTimeOffset leaseUntil, int limit, CancellationToken cancellationToken) =>
        disputes.TakeDueAsync(now, leaseUntil, limit, cancellationToken);

    /// <inheritdoc/>
    protected override Task LookAfterAsync(TransferId due) => grains.Dispute(due).Settle();
}
