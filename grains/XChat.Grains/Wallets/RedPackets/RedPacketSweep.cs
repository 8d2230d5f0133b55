using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

using XChat.GrainInterfaces.Wallets;
using XChat.Grains.Sweeps;

namespace XChat.Grains.Wallets.RedPackets;

/// <summary>Has packets settled whose time is over, or that a crash may have left with something undone.</summary>
public sealed class RedPacketSweep(
    IRedPacketStore packets, IGrainFactory grains, IOptions<RedPacketOptions> options, TimeProvider time, ILogger<RedPacketSweep> logger)
    : LeasedSweep<Guid>("red packets", options.Value.Pace, time, logger)
{
    /// <inheritdoc/>
    protected override Task<IReadOnlyList<Guid>> TakeDueAsync(
        DateTimeOffset now, DateTimeOffset leaseUntil, int limit, CancellationToken cancellationToken) =>
        packets.TakeDueAsync(now, leaseUntil, limit, cancellationToken);

    /// <inheritdoc/>
    protected override Task LookAfterAsync(Guid due) => grains.RedPacket(due).Settle();
}
