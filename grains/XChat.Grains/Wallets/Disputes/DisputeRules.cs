using XChat.GrainInterfaces.Wallets;
using XChat.Protocol;
using XChat.Protocol.Accounts;
using XChat.Protocol.Wallets;

namespace XChat.Grains.Wallets.Disputes;

/// <summary>What may be refunded and disputed, and what becomes of a dispute.</summary>
public static class DisputeRules
{
    /// <summary>Whether an order gives back what its signer got by a payment; accepted: the wallet decides the rest.</summary>
    /// <param name="payment">The payment as it stands; null for none.</param>
    /// <param name="order">The order.</param>
    /// <param name="back">What went back of it before.</param>
    public static WalletStatus CheckRefund(TransferStanding? payment, PaymentOrder order, GoneBack back)
    {
        bool refundable = payment is not null
            && order.Kind == PaymentKind.Instant
            && IsBetweenPeople(payment)
            && payment.Credit == WalletKey.Of(new UserId(order.Payer), order.Amount.Currency)
            && payment.Debit == WalletKey.Of(new UserId(order.Payee), order.Amount.Currency)
            && order.Amount.MinorUnits <= back.LeftFor(TransferReason.Refund, payment);
        return refundable ? WalletStatus.Accepted : WalletStatus.NotRefundable;
    }

    /// <summary>Whether a person may dispute a payment now, in the order of <see cref="DisputeStatus"/>.</summary>
    public static DisputeStatus CheckOpen(TransferStanding? payment, UserId caller, GoneBack back, long nowMs)
    {
        if (payment is null || !IsParty(payment, caller))
        {
            return DisputeStatus.NotFound;
        }

        if (!IsBetweenPeople(payment) || payment.Debit.Owner != caller.Value)
        {
            return DisputeStatus.NotAllowed;
        }

        if (GoneBack.MovedBy(payment) == 0)
        {
            return DisputeStatus.NotCompleted;
        }

        return nowMs - payment.TimeMs > Limits.DisputeSeconds * 1000L ? DisputeStatus.TooLate
            : back.LeftFor(TransferReason.Refund, payment) == 0 ? DisputeStatus.Refunded
            : DisputeStatus.Accepted;
    }

    /// <summary>A dispute that begins; its clocks start now.</summary>
    public static StoredDispute Begin(TransferStanding payment, string reason, GoneBack back, DisputeOptions options, long nowMs)
    {
        long creditByMs = nowMs + (long)options.CreditAfter.TotalMilliseconds;
        return new StoredDispute(
            payment.Transfer, new UserId(payment.Debit.Owner), new UserId(payment.Credit.Owner), payment.Debit.Currency,
            back.LeftFor(TransferReason.Refund, payment), reason, nowMs, creditByMs, nowMs + (long)options.DecideWithin.TotalMilliseconds)
        {
            DueAtMs = creditByMs,
            Version = 1,
        };
    }

    /// <summary>
    /// A dispute that ends. Upheld, the payer gets the money, and the payee is charged unless time alone has decided. Otherwise what was credited is taken
    /// back.
    /// </summary>
    public static StoredDispute End(StoredDispute open, DisputeState state, long nowMs)
    {
        bool upheld = state is DisputeState.Upheld or DisputeState.UpheldByTime;
        return open with
        {
            State = state,
            Credit = upheld && open.Credit == DisputeStep.None ? DisputeStep.Due : !upheld && open.Credit == DisputeStep.Due ? DisputeStep.None : open.Credit,
            Charge = state == DisputeState.Upheld ? DisputeStep.Due : DisputeStep.None,
            TakenBack = !upheld && open.Credit == DisputeStep.Done ? DisputeStep.Due : DisputeStep.None,
            DecidedAtMs = nowMs,
            DueAtMs = nowMs,
            Version = open.Version + 1,
        };
    }

    /// <summary>What the clocks say now; the same dispute when they say nothing.</summary>
    public static StoredDispute Tick(StoredDispute dispute, long nowMs)
    {
        if (dispute.State != DisputeState.Open)
        {
            return dispute;
        }

        return nowMs >= dispute.DecideByMs ? End(dispute, DisputeState.UpheldByTime, nowMs)
            : nowMs >= dispute.CreditByMs && dispute.Credit == DisputeStep.None
                ? dispute with { Credit = DisputeStep.Due, DueAtMs = nowMs, Version = dispute.Version + 1 }
            : dispute;
    }

    /// <summary>When a dispute has to be looked at next: money that did not move, then the next clock; 0 for never.</summary>
    public static long NextDue(StoredDispute dispute, DisputeOptions options, long nowMs) =>
        dispute.IsUnsettled ? nowMs + (long)options.RetryAfter.TotalMilliseconds
        : dispute.State != DisputeState.Open ? 0
        : dispute.Credit == DisputeStep.None ? dispute.CreditByMs
        : dispute.DecideByMs;

    /// <summary>Whether the caller may see it.</summary>
    public static bool IsParty(StoredDispute dispute, UserId caller) => dispute.Payer == caller || dispute.Payee == caller;

    private static bool IsParty(TransferStanding payment, UserId caller) =>
        (payment.Debit.Kind == WalletKind.User && payment.Debit.Owner == caller.Value)
        || (payment.Credit.Kind == WalletKind.User && payment.Credit.Owner == caller.Value);

    private static bool IsBetweenPeople(TransferStanding payment) =>
        payment.Kind is TransferKind.Posted or TransferKind.Pending
        && payment.Reason is TransferReason.Payment or TransferReason.RequestPaid or TransferReason.SplitShare
        && payment.Debit.Kind == WalletKind.User && payment.Credit.Kind == WalletKind.User;
}
