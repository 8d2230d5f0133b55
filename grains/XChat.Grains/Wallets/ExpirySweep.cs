using System.Security.Cryptography;

using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

using XChat.GrainInterfaces.Wallets;
using XChat.Protocol.Wallets;

namespace XChat.Grains.Wallets;

/// <summary>
/// Gives money back whose time to be accepted is over. Every silo sweeps, in bounded steps; it is the payer's wallet that decides.
/// </summary>
public sealed partial class ExpirySweep(
    IPendingExpiry pending,
    IGrainFactory grains,
    IOptions<WalletOptions> options,
    WalletMetrics metrics,
    TimeProvider time,
    ILogger<ExpirySweep> logger) : BackgroundService
{
    private static ReadOnlySpan<byte> Label => "XChat 1.0 expiry"u8;

    /// <summary>Sweeps once until nothing more is due.</summary>
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<DuePending> due;
        do
        {
            DateTimeOffset now = time.GetUtcNow();
            due = await pending.TakeAsync(now, now + options.Value.ExpiryLease, options.Value.ExpiryBatch, cancellationToken);
            await Task.WhenAll(due.Select(ExpireAsync));
        }
        while (due.Count == options.Value.ExpiryBatch);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(options.Value.ExpiryPause, time);
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

    private async Task ExpireAsync(DuePending due)
    {
        try
        {
            TransferDecided decided = await grains.Wallet(due.Payer).Resolve(
                new ResolvePending(CommandOf(due.Transfer), default, due.Transfer, PendingResolution.Expire, 0));
            if (decided.Status == WalletStatus.Accepted)
            {
                metrics.Expired();
            }
        }
        catch (Exception problem)
        {
            // It comes back when its lease is over.
            LogNotExpired(problem);
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

    [LoggerMessage(EventId = 3020, Level = LogLevel.Warning, Message = "The sweep of pending transfers failed and is tried again.")]
    private partial void LogFailed(Exception problem);

    [LoggerMessage(EventId = 3021, Level = LogLevel.Warning, Message = "A pending transfer whose time is over is still open; it is tried again.")]
    private partial void LogNotExpired(Exception problem);
}
