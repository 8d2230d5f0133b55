using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

using XChat.GrainInterfaces.Wallets;

namespace XChat.ClusterTests.Rails;

/// <summary>
/// As much of Stripe's API as the adapter uses, by its documentation: checkout sessions, transfers, disputes, balance transactions, idempotency keys, lists in
/// pages, and signed events. Nothing of it is known to the adapter but the address: Stripe.net speaks to it over HTTP.
/// </summary>
internal sealed class StripeStub : IAsyncDisposable
{
    public const string Key = "sk_test_stub";
    public const string Secret = "whsec_of_the_stub_and_nobody_else";

    private readonly WebApplication _app;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly StripeBooks _books = new();
    private readonly Dictionary<string, (string Asked, string Answer, int Status)> _keys = [];

    private StripeStub(WebApplication app, TimeProvider time) => (_app, _time) = (app, time);

    public string Url => _app.Urls.Single();

    /// <summary>What goes wrong with calls from now on.</summary>
    public StripeTrouble Trouble { get; set; }

    /// <summary>Sessions and transfers that there are.</summary>
    public int Orders => Locked(() => _books.All("checkout.session").Count + _books.All("transfer").Count);

    public static async Task<StripeStub> StartAsync(TimeProvider time)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        WebApplication app = builder.Build();
        StripeStub stub = new(app, time);
        app.Use(stub.AdmitAsync);
        app.MapPost("/v1/checkout/sessions", (HttpRequest request) => stub.OrderAsync(request, stub.CreateSession));
        app.MapPost("/v1/transfers", (HttpRequest request) => stub.OrderAsync(request, stub.CreateTransfer));
        app.MapGet("/v1/checkout/sessions/{id}", (string id) => stub.Find(id));
        app.MapGet("/v1/transfers/{id}", (string id) => stub.Find(id));
        app.MapGet("/v1/payment_intents/{id}", (string id) => stub.Find(id));
        app.MapGet("/v1/checkout/sessions", (HttpRequest request) => stub.List(request, "checkout.session", "payment_intent"));
        app.MapGet("/v1/transfers", (HttpRequest request) => stub.List(request, "transfer", "destination"));
        app.MapGet("/v1/disputes", (HttpRequest request) => stub.List(request, "dispute", "payment_intent"));
        app.MapGet("/v1/balance_transactions", (HttpRequest request) => stub.List(request, "balance_transaction", null));
        await app.StartAsync(TestContext.Current.CancellationToken);
        return stub;
    }

    /// <summary>Has the person pay on a session's page; by a slow way, which then succeeds or does not, or at once.</summary>
    public void Pay(string session, bool slowly = false) => Locked(() => _books.Pay(session, slowly, Now));

    /// <summary>Has a payment by a slow way not come about.</summary>
    public void Bounce(string session) => Locked(() => _books.Bounce(session));

    /// <summary>A day went by and nobody paid.</summary>
    public void Expire(string session) => Locked(() => _books.Get(session)["status"] = "expired");

    /// <summary>Gives a paid session back, or takes a transfer back; all of it or a part.</summary>
    public void Return(string id, long minorUnits) => Locked(() => _books.Return(id, minorUnits, Now));

    /// <summary>The person's bank takes a payment back; <see cref="Reinstate"/> gives it again.</summary>
    public string Dispute(string session) => Locked(() => _books.Dispute(session, Now));

    public void Reinstate(string dispute) => Locked(() => _books.Reinstate(dispute, Now));

    /// <summary>A movement that is no payment of ours, such as a fee.</summary>
    public void Book(string type, long minorUnits) => Locked(() => _books.Book(type, minorUnits, "eur", null, Now));

    /// <summary>The intent of a session that was paid.</summary>
    public string IntentOf(string session) => Locked(() => _books.Get(session)["payment_intent"]!.GetValue<string>());

    /// <summary>Stripe forgets idempotency keys after a day.</summary>
    public void ForgetKeys() => Locked(_keys.Clear);

    /// <summary>An event about an object, signed as Stripe signs. What it says beside the object's id is of the past.</summary>
    public static (IReadOnlyList<WebhookHeader> Headers, byte[] Body) Event(
        string type, JsonObject about, DateTimeOffset signedAt, string secret = Secret)
    {
        JsonObject told = new()
        {
            ["id"] = "evt_1",
            ["object"] = "event",
            ["api_version"] = "2020-08-27",
            ["type"] = type,
            ["data"] = new JsonObject { ["object"] = about },
        };
        byte[] body = Encoding.UTF8.GetBytes(told.ToJsonString());
        string time = signedAt.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        return ([new WebhookHeader("stripe-signature", $"t={time},v1={Sign(secret, time, body)},v0=ignored")], body);
    }

    public static string Sign(string secret, string time, byte[] body)
    {
        byte[] signed = [.. Encoding.UTF8.GetBytes(time + "."), .. body];
        return Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed));
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private long Now => _time.GetUtcNow().ToUnixTimeSeconds();

    private async Task AdmitAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Request.Headers.Authorization != $"Bearer {Key}")
        {
            await Refused("invalid_request_error", "invalid_api_key", 401).ExecuteAsync(context);
        }
        else if (Trouble == StripeTrouble.Away)
        {
            context.Response.StatusCode = 503;
        }
        else
        {
            await next(context);
        }
    }

    private async Task<IResult> OrderAsync(HttpRequest request, Func<IFormCollection, (JsonObject Answer, int Status)> create)
    {
        IFormCollection form = await request.ReadFormAsync();
        string asked = string.Join('&', form.OrderBy(field => field.Key, StringComparer.Ordinal).Select(field => $"{field.Key}={field.Value}"));
        string key = request.Headers["Idempotency-Key"].ToString();
        StripeTrouble trouble = Trouble;
        lock (_lock)
        {
            if (!_keys.TryGetValue(key, out (string Asked, string Answer, int Status) first))
            {
                (JsonObject answer, int status) = create(form);
                first = trouble == StripeTrouble.FailAfterwards
                    ? (asked, Error("api_error", "lock_timeout").ToJsonString(), 500)
                    : (asked, answer.ToJsonString(), status);
                _keys[key] = first;
            }
            else if (first.Asked != asked)
            {
                return Refused("idempotency_error", "idempotency_key_in_use", 400);
            }

            if (trouble == StripeTrouble.LoseAnswers)
            {
                request.HttpContext.Abort();
            }

            return Results.Text(first.Answer, "application/json", Encoding.UTF8, first.Status);
        }
    }

    private (JsonObject Answer, int Status) CreateSession(IFormCollection form)
    {
        const string Item = "line_items[0]";
        bool complete = form["mode"] == "payment" && form[$"{Item}[quantity]"] == "1" && form["success_url"].Count == 1
            && form["adaptive_pricing[enabled]"] == "false"
            && form["payment_intent_data[metadata][xchat_payment]"] == form["metadata[xchat_payment]"];
        _ = long.TryParse(form[$"{Item}[price_data][unit_amount]"], NumberStyles.None, CultureInfo.InvariantCulture, out long amount);
        return complete && amount >= 50
            ? (_books.CreateSession(amount, form[$"{Item}[price_data][currency]"]!, form["metadata[xchat_payment]"]!, Now), 200)
            : (Error("invalid_request_error", "amount_too_small"), 400);
    }

    private (JsonObject Answer, int Status) CreateTransfer(IFormCollection form) => form["destination"] == "acct_closed"
        ? (Error("invalid_request_error", "account_closed"), 400)
        : (_books.CreateTransfer(
            long.Parse(form["amount"]!, CultureInfo.InvariantCulture), form["currency"]!, form["destination"]!, form["metadata[xchat_payment]"]!, Now), 200);

    private IResult Find(string id)
    {
        lock (_lock)
        {
            return _books.Find(id) is { } found ? Json(_books.Expanded(found)) : Refused("invalid_request_error", "resource_missing", 404);
        }
    }

    /// <summary>The newest first, in pages of two, so that more than one is turned.</summary>
    private IResult List(HttpRequest request, string kind, string? filter)
    {
        lock (_lock)
        {
            long from = Number("created[gte]", 0);
            long until = Number("created[lt]", long.MaxValue);
            string wanted = filter is null ? string.Empty : request.Query[filter].ToString();
            JsonObject[] all =
            [
                .. _books.All(kind)
                    .Where(one => one["created"]!.GetValue<long>() >= from && one["created"]!.GetValue<long>() < until)
                    .Where(one => wanted.Length == 0 || one[filter!]?.GetValue<string>() == wanted)
                    .Reverse(),
            ];
            string after = request.Query["starting_after"].ToString();
            JsonObject[] rest = after.Length == 0 ? all : [.. all.SkipWhile(one => one["id"]!.GetValue<string>() != after).Skip(1)];
            return Json(new JsonObject
            {
                ["object"] = "list",
                ["has_more"] = rest.Length > 2,
                ["url"] = request.Path.Value,
                ["data"] = new JsonArray([.. rest.Take(2).Select(one => kind == "balance_transaction" ? _books.Expanded(one) : one.DeepClone())]),
            });

            long Number(string name, long otherwise) =>
                long.TryParse(request.Query[name], NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : otherwise;
        }
    }

    private T Locked<T>(Func<T> act)
    {
        lock (_lock)
        {
            return act();
        }
    }

    private void Locked(Action act)
    {
        lock (_lock)
        {
            act();
        }
    }

    private static JsonObject Error(string type, string code) => new() { ["error"] = new JsonObject { ["type"] = type, ["code"] = code } };

    private static IResult Refused(string type, string code, int status) => Json(Error(type, code), status);

    private static IResult Json(JsonNode value, int status = 200) => Results.Text(value.ToJsonString(), "application/json", Encoding.UTF8, status);
}

/// <summary>What may go wrong with a call.</summary>
internal enum StripeTrouble
{
    None,

    /// <summary>Nothing is done, and 503 is answered.</summary>
    Away,

    /// <summary>It is done, and the connection ends before the answer.</summary>
    LoseAnswers,

    /// <summary>It is done, and 500 is answered; a repeat under its key gets the same answer.</summary>
    FailAfterwards,
}
