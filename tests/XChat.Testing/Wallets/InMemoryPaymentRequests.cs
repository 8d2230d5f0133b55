using XChat.Grains.Wallets.PaymentRequests;
using XChat.Protocol.Accounts;
using XChat.Protocol.Wallets;

namespace XChat.Testing.Wallets;

/// <summary>Payment requests in memory, with the same fences as the database.</summary>
public sealed class InMemoryPaymentRequests : IPaymentRequestStore
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, StoredRequest> _requests = [];

    /// <inheritdoc/>
    public Task<StoredRequest?> LoadAsync(Guid request, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult(_requests.GetValueOrDefault(request));
        }
    }

    /// <inheritdoc/>
    public Task<bool> CreateAsync(StoredRequest request, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult(_requests.TryAdd(request.Request, request));
        }
    }

    /// <inheritdoc/>
    public Task<bool> BeginPaymentAsync(Guid request, UserId payer, SharePayment payment, CancellationToken cancellationToken) => Change(
        request, payer, share => share.State == ShareState.Open, share => share with { State = ShareState.Paying, Payment = payment }, evenCancelled: false);

    /// <inheritdoc/>
    public Task<bool> EndPaymentAsync(Guid request, UserId payer, TransferId transfer, bool paid, CancellationToken cancellationToken) => Change(
        request,
        payer,
        share => share.State == ShareState.Paying && share.Payment!.Transfer == transfer,
        share => share with { State = paid ? ShareState.Paid : ShareState.Open, Payment = paid ? share.Payment : null });

    /// <inheritdoc/>
    public Task<bool> DeclineAsync(Guid request, UserId payer, CancellationToken cancellationToken) =>
        Change(request, payer, share => share.State == ShareState.Open, share => share with { State = ShareState.Declined });

    /// <inheritdoc/>
    public Task<bool> CancelAsync(Guid request, long nowMs, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (!_requests.TryGetValue(request, out StoredRequest? stored) || stored.CancelledAtMs > 0)
            {
                return Task.FromResult(false);
            }

            _requests[request] = stored with { CancelledAtMs = nowMs };
            return Task.FromResult(true);
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<StoredRequest>> ListAsync(UserId user, Guid before, int limit, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            List<StoredRequest> all =
            [
                .. _requests.Values.Where(one => one.Requester == user || one.ShareOf(user) is not null)
                    .OrderByDescending(one => one.CreatedAtMs).ThenBy(one => one.Request.ToString(), StringComparer.Ordinal),
            ];
            int from = before == Guid.Empty ? 0 : all.FindIndex(one => one.Request == before) + 1;
            return Task.FromResult<IReadOnlyList<StoredRequest>>([.. all.Skip(from).Take(limit)]);
        }
    }

    private Task<bool> Change(Guid request, UserId payer, Func<StoredShare, bool> may, Func<StoredShare, StoredShare> change, bool evenCancelled = true)
    {
        lock (_lock)
        {
            bool found = _requests.TryGetValue(request, out StoredRequest? stored) && (evenCancelled || stored.CancelledAtMs == 0);
            if (!found || stored!.ShareOf(payer) is not { } share || !may(share))
            {
                return Task.FromResult(false);
            }

            _requests[request] = stored.With(change(share));
            return Task.FromResult(true);
        }
    }
}
