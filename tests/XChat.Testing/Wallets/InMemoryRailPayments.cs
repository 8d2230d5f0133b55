using XChat.Grains.Wallets.Rails;

namespace XChat.Testing.Wallets;

/// <summary>Payments over rails in memory; runs under the same contract tests as PostgreSQL.</summary>
public sealed class InMemoryRailPayments : IRailPaymentStore
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, (StoredRailPayment Payment, DateTimeOffset? DueAt)> _payments = [];

    /// <inheritdoc/>
    public Task<StoredRailPayment?> LoadAsync(Guid payment, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult(_payments.TryGetValue(payment, out var stored) ? stored.Payment : null);
        }
    }

    /// <inheritdoc/>
    public Task<bool> CreateAsync(StoredRailPayment payment, DateTimeOffset dueAt, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult(_payments.TryAdd(payment.Payment, (payment, dueAt)));
        }
    }

    /// <inheritdoc/>
    public Task<bool> UpdateAsync(StoredRailPayment payment, DateTimeOffset? dueAt, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (!_payments.TryGetValue(payment.Payment, out var stored) || stored.Payment.Version != payment.Version - 1)
            {
                return Task.FromResult(false);
            }

            _payments[payment.Payment] = (payment, dueAt);
            return Task.FromResult(true);
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<Guid>> TakeDueAsync(DateTimeOffset now, DateTimeOffset leaseUntil, int limit, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            Guid[] due = [.. _payments.Where(one => one.Value.DueAt <= now).OrderBy(one => one.Value.DueAt).Take(limit).Select(one => one.Key)];
            foreach (Guid one in due)
            {
                _payments[one] = _payments[one] with { DueAt = leaseUntil };
            }

            return Task.FromResult<IReadOnlyList<Guid>>(due);
        }
    }
}
