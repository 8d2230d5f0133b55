using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;

using XChat.Crypto.Wallets;
using XChat.GrainInterfaces.Wallets;
using XChat.Grains.Wallets.Rails;
using XChat.Protocol;
using XChat.Protocol.Wallets;

namespace XChat.Rails.Sim;

/// <summary>
/// The rail of play money, <c>xchat-rail-sim</c>: a process of another party as far as this side is concerned, with which it shares an HTTP API, a key and
/// a webhook secret.
/// </summary>
public sealed class SimRail : IPaymentRail, IDisposable
{
    /// <summary>The rail's name.</summary>
    public const string Name = "sim";

    // A statement of about fifty thousand payments.
    private const int MostAnswerBytes = 16 * 1024 * 1024;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private readonly HttpClient _http;
    private readonly IReadOnlyList<byte[]> _secrets;

    /// <summary>Connects to nothing yet.</summary>
    public SimRail(SimRailOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _secrets = options.ReadSecrets() ?? throw new ArgumentException("The webhook secrets cannot be read.", nameof(options));
        _http = new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(2) })
        {
            BaseAddress = new Uri(options.Url),
            Timeout = options.Patience,
            MaxResponseContentBufferSize = MostAnswerBytes,
        };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", options.ApiKey);
    }

    /// <inheritdoc/>
    public RailDescription Description { get; } = new(
        Name, "play money", PlayMoney: true, Deposits: true, Withdrawals: true, DestinationNeeded: false, [.. Currency.All()]);

    /// <inheritdoc/>
    public bool TakesDestination(string destination) => destination.Length <= Limits.RailDestinationLength && !destination.Any(char.IsControl);

    /// <inheritdoc/>
    public async Task<RailReport> SubmitAsync(RailInstruction instruction, CancellationToken cancellationToken)
    {
        SimOrder order = new(
            instruction.Payment,
            instruction.Kind == RailPaymentKind.Deposit ? "deposit" : "withdrawal",
            Amount.Of(instruction.MinorUnits, instruction.Currency).MinorUnits,
            instruction.Currency.Code,
            instruction.Destination);
        using HttpResponseMessage answer = await SendAsync(() => _http.PostAsJsonAsync("v1/payments", order, Json, cancellationToken));
        return answer.StatusCode switch
        {
            HttpStatusCode.OK or HttpStatusCode.Created => (await ReadAsync<SimPayment>(answer, cancellationToken)).ToReport(),
            // It has looked at it and does not do it.
            HttpStatusCode.UnprocessableEntity => new RailReport(
                Name, string.Empty, instruction.Currency, instruction.MinorUnits, RailStage.Failed, 0, string.Empty, "refused by the rail"),
            // Its id names another payment there: what it reports of that one will be seen to be of another.
            HttpStatusCode.Conflict => (await ReadAsync<SimPayment>(answer, cancellationToken)).ToReport(),
            var other => throw new RailUnavailableException($"The rail answered {(int)other} to an order."),
        };
    }

    /// <inheritdoc/>
    public async Task<RailReport?> FindAsync(RailPaymentName payment, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(payment);
        Uri path = new($"v1/payments/{payment.Payment:D}", UriKind.Relative);
        using HttpResponseMessage answer = await SendAsync(() => _http.GetAsync(path, cancellationToken));
        return answer.StatusCode switch
        {
            HttpStatusCode.OK => (await ReadAsync<SimPayment>(answer, cancellationToken)).ToReport(),
            HttpStatusCode.NotFound => null,
            var other => throw new RailUnavailableException($"The rail answered {(int)other} to a question."),
        };
    }

    /// <inheritdoc/>
    public async Task<RailStatement> ReadStatementAsync(DateOnly day, CancellationToken cancellationToken)
    {
        Uri path = new(string.Create(CultureInfo.InvariantCulture, $"v1/statements/{day:yyyy-MM-dd}"), UriKind.Relative);
        using HttpResponseMessage answer = await SendAsync(() => _http.GetAsync(path, cancellationToken));
        return answer.StatusCode == HttpStatusCode.OK
            ? (await ReadAsync<SimStatement>(answer, cancellationToken)).ToStatement(day)
            : throw new RailUnavailableException($"The rail answered {(int)answer.StatusCode} to the question for a statement.");
    }

    /// <inheritdoc/>
    public Task<RailWebhook> ReadWebhookAsync(
        IReadOnlyList<WebhookHeader> headers, ReadOnlyMemory<byte> body, DateTimeOffset now, CancellationToken cancellationToken) =>
        Task.FromResult(Read(headers, body, now));

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    /// <summary>Its events say all of a payment, so nothing has to be asked.</summary>
    private RailWebhook Read(IReadOnlyList<WebhookHeader> headers, ReadOnlyMemory<byte> body, DateTimeOffset now)
    {
        WebhookVerdict verdict = WebhookSignature.Verify(
            _secrets,
            Header(headers, WebhookSignature.IdHeader),
            Header(headers, WebhookSignature.TimestampHeader),
            Header(headers, WebhookSignature.SignatureHeader),
            body.Span,
            now);
        if (verdict != WebhookVerdict.Valid)
        {
            return RailWebhook.Refuse(verdict);
        }

        try
        {
            SimEvent? told = JsonSerializer.Deserialize<SimEvent>(body.Span, Json);
            return told is not { Type.Length: > 0 } ? RailWebhook.Refuse(WebhookVerdict.Malformed)
                : told.Data is null || !told.Type.StartsWith("payment.", StringComparison.Ordinal) ? RailWebhook.Nothing
                : new RailWebhook(WebhookVerdict.Valid, told.Data.Id, told.Data.ToReport());
        }
        catch (Exception unreadable) when (unreadable is JsonException or RailUnavailableException)
        {
            return RailWebhook.Refuse(WebhookVerdict.Malformed);
        }
    }

    private static string? Header(IReadOnlyList<WebhookHeader> headers, string name) => headers.FirstOrDefault(header => header.Name == name)?.Value;

    private static async Task<HttpResponseMessage> SendAsync(Func<Task<HttpResponseMessage>> send)
    {
        try
        {
            return await send();
        }
        catch (Exception away) when (away is HttpRequestException or SocketException or TaskCanceledException)
        {
            throw new RailUnavailableException("The rail does not answer.", away);
        }
    }

    private static async Task<T> ReadAsync<T>(HttpResponseMessage answer, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            return await answer.Content.ReadFromJsonAsync<T>(Json, cancellationToken) ?? throw new RailUnavailableException("The rail answered nothing.");
        }
        catch (Exception unreadable) when (unreadable is JsonException or HttpRequestException or NotSupportedException)
        {
            throw new RailUnavailableException("The rail answered something that cannot be read.", unreadable);
        }
    }

    private sealed record SimOrder(Guid Id, string Kind, string Amount, string Currency, string Destination);

    private sealed record SimEvent(string? Type, SimPayment? Data);

    private sealed record SimStatement(DateOnly Day, bool Final, IReadOnlyList<SimBalance>? Balances, IReadOnlyList<SimLine>? Lines)
    {
        /// <exception cref="RailUnavailableException">It is not what the rail's API says.</exception>
        public RailStatement ToStatement(DateOnly asked) => Day == asked && Balances is not null && Lines is not null
            ? new RailStatement(
                Name,
                Day,
                Final,
                [.. Balances.Select(Read)],
                [.. Lines.Select(Read)])
            : throw new RailUnavailableException("The rail answered with a statement that cannot be read.");

        private static RailStatementBalance Read(SimBalance balance)
        {
            Money opening = Read(balance.Opening, balance.Currency);
            return new RailStatementBalance(opening.Currency, opening.MinorUnits, Read(balance.Closing, balance.Currency).MinorUnits);
        }

        private static RailStatementLine Read(SimLine line)
        {
            Money amount = Read(line.Amount, line.Currency);
            return new RailStatementLine(line.Line.ToString(CultureInfo.InvariantCulture), line.Payment, amount.Currency, amount.MinorUnits);
        }

        private static Money Read(string? amount, string? currency) =>
            Protocol.Wallets.Amount.TryRead(new Amount(amount ?? string.Empty, currency ?? string.Empty), out Money money)
                ? money
                : throw new RailUnavailableException("The rail answered with a statement that cannot be read.");
    }

    private sealed record SimBalance(string? Currency, string? Opening, string? Closing);

    private sealed record SimLine(long Line, Guid Payment, string? Amount, string? Currency);

    private sealed record SimPayment(Guid Id, string? Reference, string? Amount, string? Currency, string? State, string? Returned, string? Failure)
    {
        /// <exception cref="RailUnavailableException">It is not what the rail's API says.</exception>
        public RailReport ToReport()
        {
            RailStage stage = State switch
            {
                "pending" => RailStage.UnderWay,
                "settled" => RailStage.Settled,
                "failed" => RailStage.Failed,
                _ => RailStage.Unsent,
            };
            bool readable = stage != RailStage.Unsent
                & Protocol.Wallets.Amount.TryRead(new Amount(Amount ?? string.Empty, Currency ?? string.Empty), out Money amount)
                & Protocol.Wallets.Amount.TryRead(new Amount(Returned ?? string.Empty, Currency ?? string.Empty), out Money returned);
            return readable
                ? new RailReport(
                    Name, Reference ?? string.Empty, amount.Currency, amount.MinorUnits, stage, returned.MinorUnits, string.Empty, Failure ?? string.Empty)
                : throw new RailUnavailableException("The rail described a payment in a way that cannot be read.");
        }
    }
}
