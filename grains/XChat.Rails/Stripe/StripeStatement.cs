using Stripe;

using XChat.Grains.Wallets.Rails;
using XChat.Protocol.Wallets;

namespace XChat.Rails.Stripe;

/// <summary>A day of the balance that Stripe keeps for the operator, read from its balance transactions.</summary>
internal sealed class StripeStatement(IStripeClient client, IReadOnlyList<Currency> currencies, TimeProvider time)
{
    // What Stripe earns is the operator's cost, and what it sets aside stays the operator's: neither moves money of anybody's here.
    private static readonly HashSet<string> OperatorsOwn = new(
        [
            "stripe_fee", "stripe_fx_fee", "tax_fee", "fee_credit_funding", "stripe_balance_payment_debit", "stripe_balance_payment_debit_reversal",
            "reserve_transaction", "reserved_funds", "reserve_hold", "reserve_release", "payment_network_reserve_hold", "payment_network_reserve_release",
            "payout_minimum_balance_hold", "payout_minimum_balance_release",
        ],
        StringComparer.Ordinal);

    // A movement of the last second of a day may be listed a little later.
    private static readonly TimeSpan Settles = TimeSpan.FromHours(1);

    private readonly BalanceTransactionService _movements = new(client);
    private readonly PaymentIntentService _intents = new(client);
    private readonly TransferService _transfers = new(client);

    /// <summary>
    /// Reads a day of UTC. Amounts are before Stripe's fees. Stripe states no balance of a day that is over, so what it held follows from the lines.
    /// </summary>
    public async Task<RailStatement> ReadAsync(DateOnly day, CancellationToken cancellationToken)
    {
        DateTime from = day.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc);
        BalanceTransactionListOptions asked = new()
        {
            Created = new DateRangeOptions { GreaterThanOrEqual = from, LessThan = from.AddDays(1) },
            Expand = ["data.source"],
            Limit = 100,
        };
        bool final = time.GetUtcNow().UtcDateTime >= from.AddDays(1) + Settles;
        Dictionary<string, Guid> known = [];
        List<RailStatementLine> lines = [];
        await foreach (BalanceTransaction movement in _movements.ListAutoPagingAsync(asked, cancellationToken: cancellationToken))
        {
            if (movement.Amount != 0 && !OperatorsOwn.Contains(movement.Type))
            {
                Currency currency = Currency.TryParse(movement.Currency, out Currency read)
                    ? read
                    : throw new RailUnavailableException("Stripe's statement has a currency that is none of ISO 4217.");
                lines.Add(new RailStatementLine(movement.Id, await PaymentOfAsync(movement.Source, known, cancellationToken), currency, movement.Amount));
            }
        }

        return new RailStatement(StripeRail.Name, day, final, [.. currencies.Select(one => new RailStatementBalance(one, null, null))], lines);
    }

    /// <summary>Charges and transfers carry our id; what comes back of them names them.</summary>
    private async Task<Guid> PaymentOfAsync(IBalanceTransactionSource? source, Dictionary<string, Guid> known, CancellationToken cancellationToken)
    {
        switch (source)
        {
            case Charge charge:
                return StripeReports.PaymentIn(charge.Metadata);
            case Transfer transfer:
                return StripeReports.PaymentIn(transfer.Metadata);
            case Refund { PaymentIntentId: { Length: > 0 } intent }:
                return await OnceAsync(intent, async id => (await _intents.GetAsync(id, cancellationToken: cancellationToken)).Metadata);
            case Dispute { PaymentIntentId: { Length: > 0 } intent }:
                return await OnceAsync(intent, async id => (await _intents.GetAsync(id, cancellationToken: cancellationToken)).Metadata);
            case TransferReversal { TransferId: { Length: > 0 } transfer }:
                return await OnceAsync(transfer, async id => (await _transfers.GetAsync(id, cancellationToken: cancellationToken)).Metadata);
            default:
                return Guid.Empty;
        }

        async Task<Guid> OnceAsync(string id, Func<string, Task<Dictionary<string, string>>> read) =>
            known.TryGetValue(id, out Guid payment) ? payment : known[id] = StripeReports.PaymentIn(await read(id));
    }
}
