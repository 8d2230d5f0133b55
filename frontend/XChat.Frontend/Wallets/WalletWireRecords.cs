using XChat.GrainInterfaces.Delivery;
using XChat.GrainInterfaces.Wallets;
using XChat.Protocol.Wallets;

namespace XChat.Frontend.Wallets;

/// <summary>What wallets answer, as it goes to devices.</summary>
internal static class WalletWireRecords
{
    public static PaymentResult Of(TransferDecided decided) => new(decided.Status, decided.Seq, decided.TimeMs, decided.ExpiresAtMs);

    public static WalletView Of(WalletBalance balance)
    {
        BalanceRead counters = balance.Counters;
        return new WalletView(
            Amount.Of(counters.CreditsPosted - counters.DebitsPosted - counters.DebitsPending, balance.Currency),
            Amount.Of(counters.DebitsPending, balance.Currency),
            Amount.Of(counters.CreditsPending, balance.Currency),
            counters.Frozen);
    }

    public static GetStatementResult Of(Currency currency, StatementPage page) => new(
        [
            .. page.Entries.Select(entry => new StatementLine(
                entry.Entry,
                entry.Transfer.Value,
                entry.Debit,
                entry.Kind,
                entry.Reason,
                Amount.Of(entry.MinorUnits, currency),
                Amount.Of(entry.Balance, currency),
                UserOf(new WalletKey(entry.OtherKind, entry.Other, currency)),
                entry.TimeMs,
                entry.ExpiresAtMs,
                entry.Pending.Value,
                entry.Reference)),
        ],
        page.Next);

    public static TransferReceipt Of(TransferStanding standing)
    {
        Currency currency = standing.Debit.Currency;
        PaymentState state = StateOf(standing);
        bool waited = standing.Kind == TransferKind.Pending;
        long settled = state != PaymentState.Completed ? 0 : waited ? standing.ResolvedMinorUnits : standing.MinorUnits;
        return new TransferReceipt(
            standing.Transfer.Value,
            state,
            UserOf(standing.Debit),
            UserOf(standing.Credit),
            Amount.Of(standing.MinorUnits, currency),
            // Nobody is charged one: what is paid arrives whole (docs/money-rules.md, Fees).
            Amount.Of(0, currency),
            Amount.Of(settled, currency),
            standing.Reason,
            standing.Reference,
            standing.Conversation,
            standing.Seq,
            standing.TimeMs,
            standing.ExpiresAtMs,
            waited ? standing.ResolvedAtMs : standing.TimeMs);
    }

    public static WalletChange Of(WalletNews news) => new(news.Currency.Code, news.Transfer.Value);

    /// <summary>The person whose wallet it is; empty for the server's own.</summary>
    public static Guid UserOf(WalletKey wallet) => wallet.Kind == WalletKind.User ? wallet.Owner : Guid.Empty;

    private static PaymentState StateOf(TransferStanding standing) => standing.Kind switch
    {
        TransferKind.Posted or TransferKind.PostPending => PaymentState.Completed,
        TransferKind.VoidPending => PaymentState.Cancelled,
        TransferKind.ExpirePending => PaymentState.Expired,
        TransferKind.Pending => standing.Resolution switch
        {
            TransferKind.Unspecified => PaymentState.Pending,
            TransferKind.PostPending => PaymentState.Completed,
            TransferKind.ExpirePending => PaymentState.Expired,
            TransferKind.VoidPending when standing.Resolver.Value == UserOf(standing.Debit) => PaymentState.Recalled,
            TransferKind.VoidPending when standing.Resolver.Value == UserOf(standing.Credit) => PaymentState.Declined,
            _ => PaymentState.Cancelled,
        },
        _ => PaymentState.Unspecified,
    };
}
