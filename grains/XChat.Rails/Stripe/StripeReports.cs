using Stripe;
using Stripe.Checkout;

using XChat.GrainInterfaces.Wallets;
using XChat.Grains.Wallets.Rails;
using XChat.Protocol.Wallets;

namespace XChat.Rails.Stripe;

/// <summary>What objects of Stripe's say of a payment of ours.</summary>
internal static class StripeReports
{
    private const string PaymentKey = "xchat_payment";

    private const int LongestInstruction = 2048;
    private const int LongestReason = 255;

    /// <summary>By what our payment is recognised in Stripe's objects.</summary>
    public static Dictionary<string, string> Mark(Guid payment) => new() { [PaymentKey] = payment.ToString("D") };

    /// <summary>Our payment; empty where there is none.</summary>
    public static Guid PaymentIn(Dictionary<string, string>? metadata) =>
        metadata is not null && metadata.TryGetValue(PaymentKey, out string? text) && Guid.TryParseExact(text, "D", out Guid payment)
            ? payment
            : Guid.Empty;

    /// <summary>A currency as Stripe writes it.</summary>
    public static string CodeOf(Currency currency) => currency.Code.ToLowerInvariant();

    /// <summary>A deposit. Its page lives for a day and then has failed; one that was paid on by a slow way (a debit of a bank) may still fail.</summary>
    /// <param name="session">The session, with its intent and that one's charge once there is one.</param>
    /// <param name="disputed">What disputes have taken, minor units.</param>
    public static RailReport Of(Session session, long disputed)
    {
        bool slowFailed = session is { Status: "complete", PaymentStatus: "unpaid", PaymentIntent.Status: "requires_payment_method" or "canceled" };
        RailStage stage = session switch
        {
            { Status: "complete", PaymentStatus: "paid" } => RailStage.Settled,
            { Status: "expired" } => RailStage.Failed,
            _ => slowFailed ? RailStage.Failed : RailStage.UnderWay,
        };
        string failure = stage != RailStage.Failed ? string.Empty
            : slowFailed ? Reason(session.PaymentIntent.LastPaymentError?.Code)
            : "nobody paid in time";
        return new RailReport(
            StripeRail.Name, session.Id, CurrencyOf(session.Currency), session.AmountTotal ?? 0, stage,
            checked((session.PaymentIntent?.LatestCharge?.AmountRefunded ?? 0) + disputed), session.Status == "open" ? Instruction(session.Url) : string.Empty,
            failure);
    }

    /// <summary>A withdrawal: Stripe moves the money while it answers, and it may come back later.</summary>
    public static RailReport Of(Transfer transfer) => new(
        StripeRail.Name, transfer.Id, CurrencyOf(transfer.Currency), transfer.Amount, RailStage.Settled, transfer.AmountReversed, string.Empty, string.Empty);

    /// <summary>Stripe's code of a refusal, as it is kept and shown.</summary>
    public static string Reason(string? code) => code is not { Length: > 0 } ? "refused by Stripe" : code[..Math.Min(code.Length, LongestReason)];

    private static Currency CurrencyOf(string code) => Currency.TryParse(code, out Currency currency)
        ? currency
        : throw new RailUnavailableException("Stripe answered in a currency that is none of ISO 4217.");

    private static string Instruction(string? url) => url is { Length: > 0 and <= LongestInstruction }
        ? url
        : throw new RailUnavailableException("Stripe answered with no address to pay at, or one that is too long to keep.");
}
