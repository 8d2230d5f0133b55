using System.Net;
using System.Net.Sockets;
using System.Text.Json;

using Stripe;
using Stripe.Checkout;

using XChat.Crypto.Wallets;
using XChat.GrainInterfaces.Wallets;
using XChat.Grains.Wallets.Rails;
using XChat.Protocol;
using XChat.Protocol.Wallets;

namespace XChat.Rails.Stripe;

/// <summary>
/// Stripe. A deposit is a page of Stripe's (Checkout) on which the person pays; the page's address is the instruction. A withdrawal is a transfer to the
/// connected account that the person has with Stripe, which pays it out to a bank. Both carry our id, by which everything is found again.
/// </summary>
public sealed class StripeRail : IPaymentRail, IDisposable
{
    /// <summary>The rail's name.</summary>
    public const string Name = "stripe";

    private const int MostAnswerBytes = 16 * 1024 * 1024;

    // Stripe remembers idempotency keys for a day at least. An order that is older is looked for before it is given again.
    private static readonly TimeSpan KeysLast = TimeSpan.FromHours(12);

    private readonly HttpClient _http;
    private readonly IReadOnlyList<string> _secrets;
    private readonly string _returnUrl;
    private readonly TimeProvider _time;
    private readonly SessionService _sessions;
    private readonly TransferService _transfers;
    private readonly DisputeService _disputes;
    private readonly StripeStatement _statement;

    /// <summary>Connects to nothing yet.</summary>
    public StripeRail(StripeRailOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        _time = time;
        _secrets = options.ReadSecrets();
        _returnUrl = options.ReturnUrl;
        _http = new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(2) })
        {
            Timeout = options.Patience,
            MaxResponseContentBufferSize = MostAnswerBytes,
        };
        // A try that failed is repeated by the payment itself, with the same key.
        StripeClient client = new(
            options.ApiKey, httpClient: new SystemNetHttpClient(_http, maxNetworkRetries: 0, enableTelemetry: false), apiBase: options.ApiBase);
        (_sessions, _transfers, _disputes) = (new SessionService(client), new TransferService(client), new DisputeService(client));
        Description = new RailDescription(
            Name, "Stripe", PlayMoney: options.ApiKey.Contains("_test_", StringComparison.Ordinal), Deposits: true, Withdrawals: true,
            DestinationNeeded: true, options.ReadCurrencies() ?? throw new ArgumentException("A currency is none of Stripe's.", nameof(options)));
        _statement = new StripeStatement(client, Description.Currencies, time);
    }

    /// <inheritdoc/>
    public RailDescription Description { get; }

    /// <inheritdoc/>
    public bool TakesDestination(string destination) =>
        destination.StartsWith("acct_", StringComparison.Ordinal) && destination.Length is > 5 and <= Limits.RailDestinationLength
        && destination.Skip(5).All(char.IsAsciiLetterOrDigit);

    /// <inheritdoc/>
    public Task<RailReport> SubmitAsync(RailInstruction instruction, CancellationToken cancellationToken) => CallAsync(async () =>
    {
        bool old = _time.GetUtcNow() - instruction.CreatedAt > KeysLast;
        if (old && await FindOlderAsync(instruction, cancellationToken) is { } known)
        {
            return known;
        }

        try
        {
            RequestOptions once = new() { IdempotencyKey = $"xchat-{instruction.Payment:N}" };
            return instruction.Kind == RailPaymentKind.Deposit
                ? StripeReports.Of(await _sessions.CreateAsync(SessionOf(instruction), once, cancellationToken), disputed: 0)
                : StripeReports.Of(await _transfers.CreateAsync(TransferOf(instruction), once, cancellationToken));
        }
        catch (StripeException refused) when (IsRefusal(refused))
        {
            return new RailReport(
                Name, string.Empty, instruction.Currency, instruction.MinorUnits, RailStage.Failed, 0, string.Empty,
                StripeReports.Reason(refused.StripeError.Code));
        }
    });

    /// <inheritdoc/>
    public Task<RailReport?> FindAsync(RailPaymentName payment, CancellationToken cancellationToken) => CallAsync<RailReport?>(async () =>
    {
        ArgumentNullException.ThrowIfNull(payment);
        try
        {
            return payment.Reference.Length == 0 ? null
                : payment.Kind == RailPaymentKind.Deposit ? (await ReadSessionAsync(payment.Reference, cancellationToken)).Report
                : StripeReports.Of(await _transfers.GetAsync(payment.Reference, cancellationToken: cancellationToken));
        }
        catch (StripeException none) when (none.HttpStatusCode == HttpStatusCode.NotFound && none.StripeError?.Code == "resource_missing")
        {
            return null;
        }
    });

    /// <inheritdoc/>
    public Task<RailStatement> ReadStatementAsync(DateOnly day, CancellationToken cancellationToken) =>
        CallAsync(() => _statement.ReadAsync(day, cancellationToken));

    /// <inheritdoc/>
    public async Task<RailWebhook> ReadWebhookAsync(
        IReadOnlyList<WebhookHeader> headers, ReadOnlyMemory<byte> body, DateTimeOffset now, CancellationToken cancellationToken)
    {
        string? signature = headers.FirstOrDefault(one => one.Name == StripeSignature.Header)?.Value;
        WebhookVerdict verdict = StripeSignature.Verify(_secrets, signature, body.Span, now);
        if (verdict != WebhookVerdict.Valid)
        {
            return RailWebhook.Refuse(verdict);
        }

        try
        {
            return StripeEvents.Read(body) is var (kind, id) ? await CallAsync(() => AskAsync(kind, id, cancellationToken)) : RailWebhook.Nothing;
        }
        catch (JsonException)
        {
            return RailWebhook.Refuse(WebhookVerdict.Malformed);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private SessionCreateOptions SessionOf(RailInstruction instruction) => new()
    {
        Mode = "payment",
        SuccessUrl = _returnUrl,
        LineItems =
        [
            new SessionLineItemOptions
            {
                Quantity = 1,
                PriceData = new SessionLineItemPriceDataOptions
                {
                    Currency = StripeReports.CodeOf(instruction.Currency),
                    UnitAmount = instruction.MinorUnits,
                    ProductData = new SessionLineItemPriceDataProductDataOptions { Name = "Deposit" },
                },
            },
        ],
        // What is paid is what was ordered, in its currency.
        AdaptivePricing = new SessionAdaptivePricingOptions { Enabled = false },
        Metadata = StripeReports.Mark(instruction.Payment),
        // Stripe copies these from the intent to its charge, which is what the statement names.
        PaymentIntentData = new SessionPaymentIntentDataOptions { Metadata = StripeReports.Mark(instruction.Payment) },
    };

    private static TransferCreateOptions TransferOf(RailInstruction instruction) => new()
    {
        Amount = instruction.MinorUnits,
        Currency = StripeReports.CodeOf(instruction.Currency),
        Destination = instruction.Destination,
        Metadata = StripeReports.Mark(instruction.Payment),
    };

    /// <summary>
    /// Whether Stripe has looked at an order and does not do it. Everything else leaves open what has happened: another order under the same key above all,
    /// which is not this one's refusal.
    /// </summary>
    private static bool IsRefusal(StripeException problem) =>
        problem.HttpStatusCode is HttpStatusCode.BadRequest or HttpStatusCode.PaymentRequired or HttpStatusCode.NotFound
        && problem.StripeError is { Type: "invalid_request_error" or "card_error" };

    /// <summary>Asks for what an event was about; what does not carry our id was not ordered here.</summary>
    private async Task<RailWebhook> AskAsync(StripeObject kind, string id, CancellationToken cancellationToken)
    {
        (Guid payment, RailReport? report) = kind switch
        {
            StripeObject.Transfer => await ReadTransferAsync(id, cancellationToken),
            StripeObject.Session => await ReadSessionAsync(id, cancellationToken),
            _ => await FindSessionAsync(id, cancellationToken) is { } session ? await ReadSessionAsync(session, cancellationToken) : default,
        };
        return payment == Guid.Empty ? RailWebhook.Nothing : new RailWebhook(WebhookVerdict.Valid, payment, report);
    }

    private async Task<(Guid Payment, RailReport? Report)> ReadTransferAsync(string id, CancellationToken cancellationToken)
    {
        Transfer transfer = await _transfers.GetAsync(id, cancellationToken: cancellationToken);
        Guid payment = StripeReports.PaymentIn(transfer.Metadata);
        return (payment, payment == Guid.Empty ? null : StripeReports.Of(transfer));
    }

    /// <summary>A session with all that has come back of it: refunds, and what Stripe has taken for disputes.</summary>
    private async Task<(Guid Payment, RailReport? Report)> ReadSessionAsync(string id, CancellationToken cancellationToken)
    {
        SessionGetOptions whole = new() { Expand = ["payment_intent.latest_charge"] };
        Session session = await _sessions.GetAsync(id, whole, cancellationToken: cancellationToken);
        Guid payment = StripeReports.PaymentIn(session.Metadata);
        return (payment, payment == Guid.Empty ? null : StripeReports.Of(session, await ReadDisputedAsync(session, cancellationToken)));
    }

    private async Task<string?> FindSessionAsync(string intent, CancellationToken cancellationToken)
    {
        StripeList<Session> found = await _sessions.ListAsync(
            new SessionListOptions { PaymentIntent = intent, Limit = 1 }, cancellationToken: cancellationToken);
        return found.Data.Count == 0 ? null : found.Data[0].Id;
    }

    /// <summary>What disputes have taken and not given back, minor units.</summary>
    private async Task<long> ReadDisputedAsync(Session session, CancellationToken cancellationToken)
    {
        if (session.PaymentIntent?.LatestCharge is not { Disputed: true })
        {
            return 0;
        }

        long taken = 0;
        await foreach (Dispute dispute in _disputes.ListAutoPagingAsync(
            new DisputeListOptions { PaymentIntent = session.PaymentIntentId, Limit = 100 }, cancellationToken: cancellationToken))
        {
            taken = checked(taken - dispute.BalanceTransactions.Sum(movement => movement.Amount));
        }

        return Math.Max(taken, 0);
    }

    private async Task<RailReport?> FindOlderAsync(RailInstruction instruction, CancellationToken cancellationToken)
    {
        DateRangeOptions since = new() { GreaterThanOrEqual = (instruction.CreatedAt - TimeSpan.FromMinutes(5)).UtcDateTime };
        if (instruction.Kind == RailPaymentKind.Deposit)
        {
            SessionListOptions all = new() { Created = since, Limit = 100 };
            await foreach (Session session in _sessions.ListAutoPagingAsync(all, cancellationToken: cancellationToken))
            {
                if (StripeReports.PaymentIn(session.Metadata) == instruction.Payment)
                {
                    return (await ReadSessionAsync(session.Id, cancellationToken)).Report;
                }
            }

            return null;
        }

        TransferListOptions sent = new() { Created = since, Destination = instruction.Destination, Limit = 100 };
        await foreach (Transfer transfer in _transfers.ListAutoPagingAsync(sent, cancellationToken: cancellationToken))
        {
            if (StripeReports.PaymentIn(transfer.Metadata) == instruction.Payment)
            {
                return StripeReports.Of(transfer);
            }
        }

        return null;
    }

    private static async Task<T> CallAsync<T>(Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (Exception away) when (away
            is StripeException or HttpRequestException or SocketException or TaskCanceledException or Newtonsoft.Json.JsonException)
        {
            throw new RailUnavailableException("Stripe does not answer, or not in a way that is understood.", away);
        }
    }
}
