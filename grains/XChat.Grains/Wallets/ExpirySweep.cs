using System.Security.Cryptography;

using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

using XChat.GrainInterfaces.Wallets;
using XChat.Grains.Sweeps;
using XChat.Protocol.Wallets;

namespace XChat.Grains.Wallets;

/// <summary>Gives money back whose time to be accepted is over. It is the payer's wallet that decides.</summary>
public sealed class ExpirySweep(
    IPendingExpiry pending,
    IGrainFactory grains,
    IOptions<WalletOptions> options,
    WalletMetrics metrics,
    TimeProvider time,
    ILogger<ExpirySweep> logger)
    : LeasedSweep<DuePending>(
        "pending transfers", new SweepPace(options.Value.ExpiryPause, options.Value.ExpiryLease, options.Value.ExpiryBatch), time, logger)
{
    private static ReadOnlySpan<byte> Label => "XChat 1.0 expiry"u8;

    /// <inheritdoc/>
    protected override Task<IReadOnlyList<DuePending>> TakeDueAsync(
        DateTimeOffset now, DateTimeOffset leaseUntil, int limit, CancellationToken cancellationToken) =>
        pending.TakeAsync(now, leaseUntil, limit, cancellationToken);

    /// <inheritdoc/>
    protected override async Task LookAfterAsync(DuePending due)
    {
        TransferDecided decided = await grains.Wallet(due.Payer).Resolve(
            new ResolvePending(CommandOf(due.Transfer), default, due.Transfer, PendingResolution.Expire, 0));
        if (decided.Status == WalletStatus.Accepted)
        {
            metrics.Expired();
        }
    }

    /// <summary>The command follows from the pending transfer, so that two silos, or a repeat after a crash, ask for the same.</summary>
    private static TransferId CommandOf(TransferId pending)
    {
        Span<byte> input = stackalloc byte[Label.Length + 16];
        Label.CopyTo(input);
        pending.Value.TryWriteBytes(input[Label.Length..], bigEndian: true, out _);
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(input, hash);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new TransferId(new Guid(hash[..16], bigEndian: true));
    }
}
