using System.Threading.Channels;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

using XChat.Crypto.Wallets;
using XChat.GrainInterfaces.Wallets;
using XChat.Grains.Wallets.Rails;
using XChat.Rails.Sim;
using XChat.Testing.Database;
using XChat.Testing.Processes;

namespace XChat.ClusterTests.Rails;

/// <summary>The contract of rails with the rail of play money as a process over a database of its own.</summary>
public sealed class SimRailTests(PostgresFixture postgres) : PaymentRailContract
{
    private readonly Channel<(IReadOnlyList<WebhookHeader> Headers, byte[] Body)> _received =
        Channel.CreateUnbounded<(IReadOnlyList<WebhookHeader> Headers, byte[] Body)>();

    private RailSimProcess _rail = null!;
    private WebApplication _receiver = null!;

    protected override (string Good, string Refused) Destinations => ("home", "reject");

    protected override string UnknownReference => string.Empty;

    protected override async Task<IPaymentRail> StartAsync()
    {
        _receiver = await ReceiveAsync();
        _rail = await RailSimProcess.StartAsync(postgres, Cancelled);
        await _rail.NameWebhookAsync(_receiver.Urls.Single() + "/hook", Cancelled);
        return new SimRail(new SimRailOptions { Url = _rail.Url, ApiKey = RailSimProcess.ApiKey, WebhookSecrets = RailSimProcess.Secret });
    }

    protected override async ValueTask StopAsync()
    {
        await _rail.DisposeAsync();
        await _receiver.DisposeAsync();
    }

    protected override async Task EndAsync(RailInstruction order, string reference, bool settled)
    {
        await _rail.MisbehaveAsync(new { fail = !settled }, Cancelled);
        await _rail.EndAsync(order.Payment, Cancelled);
    }

    protected override Task BeAwayAsync(bool away) => _rail.MisbehaveAsync(new { away }, Cancelled);

    protected override Task ReturnAsync(RailInstruction order, string reference, long minorUnits) =>
        _rail.ReturnAsync(order.Payment, minorUnits, Cancelled);

    protected override async Task<(IReadOnlyList<WebhookHeader> Headers, byte[] Body, DateTimeOffset At)> WebhookAsync(
        RailInstruction order, string reference, bool forged)
    {
        await _rail.MisbehaveAsync(new { forge = forged }, Cancelled);
        if (forged)
        {
            await ReturnAsync(order, reference, order.MinorUnits);
        }

        string wanted = forged ? "payment.returned" : "payment.settled";
        while (true)
        {
            (IReadOnlyList<WebhookHeader> headers, byte[] body) = await _received.Reader.ReadAsync(Cancelled);
            if (System.Text.Encoding.UTF8.GetString(body).Contains(wanted, StringComparison.Ordinal))
            {
                long time = long.Parse(
                    headers.Single(header => header.Name == WebhookSignature.TimestampHeader).Value, System.Globalization.CultureInfo.InvariantCulture);
                return (headers, body, DateTimeOffset.FromUnixTimeSeconds(time));
            }
        }
    }

    private async Task<WebApplication> ReceiveAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        WebApplication app = builder.Build();
        app.MapPost("/hook", async (HttpRequest request) =>
        {
            using MemoryStream body = new();
            await request.Body.CopyToAsync(body);
            _received.Writer.TryWrite((
                [.. request.Headers.Select(header => new WebhookHeader(header.Key.ToLowerInvariant(), header.Value.ToString()))], body.ToArray()));
            return Results.NoContent();
        });
        await app.StartAsync(Cancelled);
        return app;
    }
}
