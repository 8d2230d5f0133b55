using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Threading.Channels;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

using XChat.Crypto.Wallets;
using XChat.GrainInterfaces.Wallets;
using XChat.Grains.Wallets.Rails;
using XChat.Rails.Sim;
using XChat.Testing;
using XChat.Testing.Database;
using XChat.Testing.Processes;

namespace XChat.ClusterTests.Rails;

/// <summary>The contract of rails with the rail of play money as a process over a database of its own.</summary>
public sealed class SimRailTests(PostgresFixture postgres) : PaymentRailContract
{
    private const string Key = "abcdefghijklmnopqrstuvwx";
    private const string ReadyLine = "The rail of PLAY MONEY is ready at ";

    private readonly Channel<(IReadOnlyList<WebhookHeader> Headers, byte[] Body)> _received =
        Channel.CreateUnbounded<(IReadOnlyList<WebhookHeader> Headers, byte[] Body)>();

    private TestDatabase _database = null!;
    private TestProcess _process = null!;
    private WebApplication _receiver = null!;
    private HttpClient _http = null!;

    protected override (string Good, string Refused) Destinations => ("home", "reject");

    protected override string UnknownReference => string.Empty;

    protected override async Task<IPaymentRail> StartAsync()
    {
        _receiver = await ReceiveAsync();
        _database = await postgres.CreateDatabaseAsync(Cancelled);
        string secret = WebhookSignature.WriteSecret(new byte[32]);
        _process = TestProcess.StartDotnet(
            ProjectOutput.Of("deploy/XChat.RailSim", "xchat-rail-sim"),
            ["--urls", "http://127.0.0.1:0", "--settle-after", "86000", "--webhook", _receiver.Urls.Single() + "/hook"],
            new Dictionary<string, string?>
            {
                ["XCHAT_POSTGRES"] = _database.ConnectionString,
                ["XCHAT_RAIL_SIM_KEY"] = Key,
                ["XCHAT_RAIL_SIM_SECRETS"] = secret,
            });
        string url = (await _process.WaitForLineAsync(ReadyLine, Cancelled, TimeSpan.FromSeconds(60)))[ReadyLine.Length..];
        _http = new HttpClient { BaseAddress = new Uri(url) };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Key);
        return new SimRail(new SimRailOptions { Url = url, ApiKey = Key, WebhookSecrets = secret });
    }

    protected override async ValueTask StopAsync()
    {
        _http.Dispose();
        await _process.DisposeAsync();
        await _receiver.DisposeAsync();
        await _database.DisposeAsync();
    }

    protected override async Task EndAsync(RailInstruction order, string reference, bool settled)
    {
        await FaultAsync(new { fail = !settled });
        await using (var command = _database.DataSource.CreateCommand("UPDATE payment SET settle_at = now() WHERE id = $1"))
        {
            command.Parameters.AddWithValue(order.Payment);
            await command.ExecuteNonQueryAsync(Cancelled);
        }

        await Eventually.HoldsAsync(
            async () => (await Rail.FindAsync(new RailPaymentName(order.Payment, order.Kind, reference), Cancelled))!.Stage != RailStage.UnderWay, Cancelled);
    }

    protected override Task BeAwayAsync(bool away) => FaultAsync(new { away });

    protected override async Task ReturnAsync(RailInstruction order, string reference, long minorUnits)
    {
        Uri path = new($"v1/payments/{order.Payment:D}/return?amount={minorUnits}", UriKind.Relative);
        using HttpResponseMessage answer = await _http.PostAsync(path, null, Cancelled);
        answer.EnsureSuccessStatusCode();
    }

    protected override async Task<(IReadOnlyList<WebhookHeader> Headers, byte[] Body, DateTimeOffset At)> WebhookAsync(
        RailInstruction order, string reference, bool forged)
    {
        await FaultAsync(new { forge = forged });
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

    private async Task FaultAsync(object faults)
    {
        using HttpResponseMessage answer = await _http.PutAsJsonAsync("v1/faults", faults, Cancelled);
        answer.EnsureSuccessStatusCode();
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
