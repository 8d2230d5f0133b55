using XChat.Grains.Wallets.Disputes;
using XChat.Protocol.Wallets;

namespace XChat.Testing.Wallets;

/// <summary>Disputes in memory.</summary>
public sealed class InMemoryDisputes : IDisputeStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<TransferId, StoredDispute> _disputes = [];

    /// <inheritdoc/>
    public Task<StoredDispute?> FindAsync(TransferId payment, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return Task.FromResult(_disputes.GetValueOrDefault(payment));
        }
    }

    /// <inheritdoc/>
    public Task<bool> TrySaveAsync(StoredDispute dispute, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            bool next = (_disputes.GetValueOrDefault(dispute.Transfer)?.Version ?? 0) == dispute.Version - 1;
            if (next)
            {
                _disputes[dispute.Transfer] = dispute;
            }

            return Task.FromResult(next);
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<TransferId>> TakeDueAsync(
        DateTimeOffset now, DateTimeOffset leaseUntil, int limit, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            StoredDispute[] due = [.. _disputes.Values.Where(one => one.DueAtMs > 0 && one.DueAtMs <= now.ToUnixTimeMilliseconds()).Take(limit)];
            foreach (StoredDispute dispute in due)
            {
                _disputes[dispute.Transfer] = dispute with { DueAtMs = leaseUntil.ToUnixTimeMilliseconds() };
            }

            return Task.FromResult<IReadOnlyList<TransferId>>([.. due.Select(dispute => dispute.Transfer)]);
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<StoredDispute>> ListAsync(bool openOnly, int limit, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return Task.FromResult<IReadOnlyList<StoredDispute>>(
                [.. _disputes.Values.Where(one => !openOnly || one.State == DisputeState.Open).OrderBy(one => one.OpenedAtMs).Take(limit)]);
        }
    }
}
