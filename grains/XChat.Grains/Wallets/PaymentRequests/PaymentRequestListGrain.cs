using Orleans.Concurrency;

using XChat.GrainInterfaces.Wallets;
using XChat.Protocol;
using XChat.Protocol.Accounts;

namespace XChat.Grains.Wallets.PaymentRequests;

/// <inheritdoc cref="IPaymentRequestListGrain"/>
[GrainType("payment-request-list"), StatelessWorker]
public sealed class PaymentRequestListGrain(IPaymentRequestStore store, TimeProvider time) : Grain, IPaymentRequestListGrain
{
    /// <inheritdoc/>
    public async Task<PaymentRequestPage> List(ListRequests request)
    {
        UserId user = new(this.GetPrimaryKey());
        if (request.Caller.User != user)
        {
            return new PaymentRequestPage([], More: false);
        }

        int limit = Math.Clamp(request.Limit, 1, Limits.PaymentRequestsPerPage);
        IReadOnlyList<StoredRequest> found = await store.ListAsync(user, request.Before, limit + 1, CancellationToken.None);
        long nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        return new PaymentRequestPage([.. found.Take(limit).Select(one => one.Describe(nowMs))], found.Count > limit);
    }
}
