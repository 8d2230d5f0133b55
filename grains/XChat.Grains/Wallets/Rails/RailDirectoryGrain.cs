using Microsoft.Extensions.Logging;

using Orleans.Concurrency;

using XChat.Crypto.Wallets;
using XChat.GrainInterfaces;
using XChat.GrainInterfaces.Wallets;

namespace XChat.Grains.Wallets.Rails;

/// <inheritdoc cref="IRailDirectoryGrain"/>
[GrainType("rail-directory"), StatelessWorker]
public sealed partial class RailDirectoryGrain(
    PaymentRails rails, IRailStatementStore statements, TimeProvider time, ILogger<RailDirectoryGrain> logger) : Grain, IRailDirectoryGrain
{
    /// <summary>Statements that one call reads at most; the next goes on from there.</summary>
    private const int MostDays = 400;

    /// <summary>Breaks that are named of each currency; all are counted.</summary>
    private const int NamedBreaks = 50;

    /// <inheritdoc/>
    public Task<RailList> List(ListRails request) => Task.FromResult(new RailList(rails.Descriptions));

    /// <inheritdoc/>
    public async Task<WebhookReceived> Receive(ReceiveWebhook request)
    {
        if (rails.Find(request.Rail) is not { } rail)
        {
            return new WebhookReceived(WebhookStatus.RailUnknown);
        }

        RailWebhook webhook;
        try
        {
            webhook = await rail.ReadWebhookAsync(request.Headers, request.Body, time.GetUtcNow(), CancellationToken.None);
        }
        catch (RailUnavailableException away)
        {
            LogUnreadable(away, request.Rail);
            throw new StorageUnavailableException("The rail cannot be asked what its webhook means. It has to send it again.");
        }

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

    /// <inheritdoc/>
    public async Task<RailReconciled> Reconcile(ReconcileRail request)
    {
        if (rails.Find(request.Rail) is not { } rail)
        {
            return new RailReconciled(ReconcileStatus.RailUnknown, 0, [], []);
        }

        List<string> changed = [];
        int days = 0;
        try
        {
            DateTimeOffset now = time.GetUtcNow();
            DateOnly today = DateOnly.FromDateTime(now.UtcDateTime);
            DateOnly? next = await statements.FindNextDayAsync(request.Rail, CancellationToken.None);
            for (DateOnly day = next ?? today; day <= today && days < MostDays; day = day.AddDays(1), days++)
            {
                changed.AddRange(await statements.KeepAsync(await rail.ReadStatementAsync(day, CancellationToken.None), now, CancellationToken.None));
            }
        }
        catch (RailUnavailableException away)
        {
            LogStatementMissing(away, request.Rail);
            return new RailReconciled(ReconcileStatus.RailUnavailable, days, changed, []);
        }

        IReadOnlyList<RailComparison> compared = await statements.CompareAsync(request.Rail, NamedBreaks, CancellationToken.None);
        return new RailReconciled(
            ReconcileStatus.Done,
            days,
            changed,
            [.. compared.Select(one => new RailCurrencyReconciled(one.Currency, one.RailHolds, one.LedgerSays, one.BreakCount, one.Breaks))]);
    }

    /// <inheritdoc/>
    public async Task<RailProbed> Probe(ProbeRail request)
    {
        if (rails.Find(request.Rail) is not { } rail)
        {
            return new RailProbed(ReconcileStatus.RailUnknown);
        }

        try
        {
            _ = await rail.ReadStatementAsync(DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime), CancellationToken.None);
            return new RailProbed(ReconcileStatus.Done);
        }
        catch (RailUnavailableException away)
        {
            LogStatementMissing(away, request.Rail);
            return new RailProbed(ReconcileStatus.RailUnavailable);
        }
    }

    [LoggerMessage(EventId = 3067, Level = LogLevel.Information, Message = "A statement of rail {Rail} cannot be read now.")]
    private partial void LogStatementMissing(Exception away, string rail);

    [LoggerMessage(EventId = 3068, Level = LogLevel.Information, Message = "A webhook of rail {Rail} cannot be looked into now; it has to come again.")]
    private partial void LogUnreadable(Exception away, string rail);

    [LoggerMessage(EventId = 3062, Level = LogLevel.Warning, Message = "A webhook in the name of rail {Rail} is not believed: {Verdict}.")]
    private partial void LogRefused(string rail, WebhookVerdict verdict);

    [LoggerMessage(EventId = 3063, Level = LogLevel.Warning, Message = "Rail {Rail} reports a payment that nobody ordered here.")]
    private partial void LogUnknown(string rail);
}
