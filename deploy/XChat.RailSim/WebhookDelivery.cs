using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

using Npgsql;

using XChat.Crypto.Wallets;

namespace XChat.RailSim;

/// <summary>Sends webhooks until they are taken, unless a fault has it otherwise. Each delivery is signed anew; a repeat has the event's id.</summary>
internal sealed partial class WebhookDelivery(
    SimEvents events, RailSimOptions options, FaultSwitch faults, TimeProvider time, ILogger<WebhookDelivery> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly HttpClient _http = new() { Timeout = Patience };

    public override void Dispose()
    {
        _http.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(Pause, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await DeliverAsync(stoppingToken);
            }
            catch (NpgsqlException problem)
            {
                LogFailed(problem.Message);
            }
        }
    }

    private async Task DeliverAsync(CancellationToken cancellationToken)
    {
        SimFaults now = faults.Now;
        IReadOnlyList<DueEvent> due = await events.ReadDueAsync(TimeSpan.FromMilliseconds(now.DelayMs), cancellationToken);
        if (due.Count == 0 || (now.Reorder && due.Count == 1) || await events.FindAddressAsync(cancellationToken) is not { } address)
        {
            return;
        }

        foreach (DueEvent one in now.Reorder ? due.Reverse() : due)
        {
            bool taken = now.Lose;
            for (int copy = 0; copy < now.Copies && !now.Lose; copy++)
            {
                taken = await SendAsync(address, one, now, cancellationToken);
            }

            await events.NoteAsync(one, taken, cancellationToken);
        }
    }

    private async Task<bool> SendAsync(Uri address, DueEvent one, SimFaults now, CancellationToken cancellationToken)
    {
        byte[] body = Encoding.UTF8.GetBytes(one.Body);
        DateTimeOffset signedAt = time.GetUtcNow() - TimeSpan.FromSeconds(now.StaleBySeconds);
        IReadOnlyList<byte[]> secrets = now.Forge ? [RandomNumberGenerator.GetBytes(32)] : options.Secrets;
        using HttpRequestMessage request = new(HttpMethod.Post, address) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.Add(WebhookSignature.IdHeader, one.Id);
        request.Headers.Add(WebhookSignature.TimestampHeader, $"{signedAt.ToUnixTimeSeconds()}");
        request.Headers.Add(
            WebhookSignature.SignatureHeader, string.Join(' ', secrets.Select(secret => WebhookSignature.Sign(secret, one.Id, signedAt, body))));
        try
        {
            using HttpResponseMessage answer = await _http.SendAsync(request, cancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception away) when (away is HttpRequestException or SocketException
            || (away is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            LogNotTaken(away);
            return false;
        }
    }

    [LoggerMessage(EventId = 2, Level = LogLevel.Warning, Message = "Webhooks could not be read ({Problem}); it is tried again.")]
    private partial void LogFailed(string problem);

    [LoggerMessage(EventId = 3, Level = LogLevel.Information, Message = "A webhook could not be delivered and is sent again.")]
    private partial void LogNotTaken(Exception problem);
}
