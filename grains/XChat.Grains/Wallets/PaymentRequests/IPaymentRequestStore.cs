using XChat.Protocol.Accounts;
using XChat.Protocol.Wallets;

namespace XChat.Grains.Wallets.PaymentRequests;

/// <summary>Keeps payment requests. What it answers is committed; a write that another writer got ahead of answers false and does nothing.</summary>
public interface IPaymentRequestStore
{
    /// <summary>A request with its shares in order; null when there is none.</summary>
    Task<StoredRequest?> LoadAsync(Guid request, CancellationToken cancellationToken);

    /// <summary>Keeps a new request. False: the id is taken.</summary>
    Task<bool> CreateAsync(StoredRequest request, CancellationToken cancellationToken);

    /// <summary>An open share of a request that is not cancelled is about to be paid by an order.</summary>
    Task<bool> BeginPaymentAsync(Guid request, UserId payer, SharePayment payment, CancellationToken cancellationToken);

    /// <summary>The wallet has answered to the order that was paying a share: it is paid, or open again.</summary>
    Task<bool> EndPaymentAsync(Guid request, UserId payer, TransferId transfer, bool paid, CancellationToken cancellationToken);

    /// <summary>An open share is declined.</summary>
    Task<bool> DeclineAsync(Guid request, UserId payer, CancellationToken cancellationToken);

    /// <summary>A request is cancelled.</summary>
    Task<bool> CancelAsync(Guid request, long nowMs, CancellationToken cancellationToken);

    /// <summary>
    /// Requests that a person made or is asked by, newest first; at most <paramref name="limit"/> that are older than one (empty: the newest).
    /// </summary>
    Task<IReadOnlyList<StoredRequest>> ListAsync(UserId user, Guid before, int limit, CancellationToken cancellationToken);
}
