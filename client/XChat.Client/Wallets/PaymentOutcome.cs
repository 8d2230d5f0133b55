using XChat.Protocol.Wallets;

namespace XChat.Client.Wallets;

/// <summary>
/// What the server said to a payment, or to an answer to one. <c>Number</c> is its number among the payer's debits, <c>ExpiresAt</c> until when it waits
/// for acceptance; both only when accepted, the latter only when it waits.
/// </summary>
public sealed record PaymentOutcome(Guid Transfer, WalletStatus Status, long Number, DateTimeOffset? ExpiresAt)
{
    /// <summary>Whether it is done, now or by an earlier try.</summary>
    public bool Accepted => Status is WalletStatus.Accepted or WalletStatus.AlreadyAccepted;

    internal static PaymentOutcome Of(Guid transfer, PaymentResult result) => new(
        transfer, result.Status, result.Seq, result.ExpiresAtMs == 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(result.ExpiresAtMs));
}
