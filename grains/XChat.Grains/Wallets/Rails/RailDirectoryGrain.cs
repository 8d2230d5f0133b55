using Microsoft.Extensions.Logging;

using Orleans.Concurrency;

using XChat.Crypto.Wallets;
using XChat.GrainInterfaces.Wallets;

namespace XChat.Grains.Wallets.Rails;

/// <inheritdoc cref="IRailDirectoryGrain"/>
[GrainType("rail-directory"), StatelessWorker]
public sealed partial class RailDirectoryGrain(PaymentRails rails, TimeProvider time, ILogger<RailDirectoryGrain> logger) : Grain, IRailDirectoryGrain
{
    /// <inheritdoc/>
    public Task<RailList> List(ListRails request) => Task.FromResult(new RailList(rails.Descriptions));

    /// <inheritdoc/>
    public async Task<WebhookReceived> Receive(ReceiveWebhook request)
    {
        if (rails.Find(request.Rail) is not { } rail)
        {
            return new WebhookReceived(WebhookStatus.RailUnknown);
        }

        RailWebhook webhook = rail.ReadWebhook(request.Headers, request.Body, time.GetUtcNow());
        if (webhook.Verdict != WebhookVerdict.Valid)
        {
            LogRefused(request.Rail, webhook.Verdict);
            return new WebhookReceived(webhook.Verdict switch
            {
                WebhookVerdict.SignatureInvalid => WebhookStatus.SignatureInvalid,
                WebhookVerdict.Stale => WebhookStatus.Stale,
                _ => WebhookStatus.Malformed,
            });
        }

        if (webhook.Report is { } report && !(await GrainFactory.RailPayment(webhook.Payment).Observe(report)).Known)
        {
            // Nothing would be different if it came again; the statement tells that the rail has done something that was not ordered here.
            LogUnknown(request.Rail);
        }

        return new WebhookReceived(WebhookStatus.Taken);
    }

    [LoggerMessage(EventId = 3062, Level = LogLevel.Warning, Message = "A webhook in the name of rail {Rail} is not believed: {Verdict}.")]
    private partial void LogRefused(string rail, WebhookVerdict verdict);

    [LoggerMessage(EventId = 3063, Level = LogLevel.Warning, Message = "Rail {Rail} reports a payment that nobody ordered here.")]
    private partial void LogUnknown(string rail);
}
