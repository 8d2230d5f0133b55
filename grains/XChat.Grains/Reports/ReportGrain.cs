using XChat.GrainInterfaces.Conversations;
using XChat.GrainInterfaces.Reports;
using XChat.Protocol;
using XChat.Protocol.Accounts;
using XChat.Protocol.Conversations;
using XChat.Protocol.Reports;

namespace XChat.Grains.Reports;

/// <inheritdoc cref="IReportGrain"/>
[GrainType("report")]
public sealed class ReportGrain(IReportStore store, ReportMetrics metrics, TimeProvider time) : Grain, IReportGrain
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <inheritdoc/>
    public async Task<MessageReported> Report(ReportMessage request)
    {
        ReportStatus status = await DecideAndKeepAsync(request);
        metrics.Reported(status);
        return new MessageReported(status);
    }

    private async Task<ReportStatus> DecideAndKeepAsync(ReportMessage request)
    {
        if (request.Caller.User != new UserId(this.GetPrimaryKey()))
        {
            return ReportStatus.NotMember;
        }

        // Read as the reporter: the conversation says who may.
        EntryPage page = await GrainFactory.Conversation(request.Conversation).Read(
            new ReadEntries(request.Caller, request.Seq - 1, Backward: false, Limit: 1));
        if (page.Status != ConversationStatus.Accepted)
        {
            return ReportStatus.NotMember;
        }

        LogEntry? entry = page.Entries.Count > 0 ? page.Entries[0] : null;
        ReportStatus status = ReportRules.Check(request, entry);
        if (status != ReportStatus.Accepted)
        {
            return status;
        }

        DateTimeOffset now = time.GetUtcNow();
        NewReport report = new(
            request.Caller, request.Conversation, request.Seq, entry!.Message, entry.Sender, entry.TimeMs, request.Content, request.Reason,
            now.ToUnixTimeMilliseconds());
        return await store.AddAsync(report, now - Day, Limits.ReportsPerDay, CancellationToken.None) switch
        {
            ReportWrite.Added => ReportStatus.Accepted,
            ReportWrite.Same => ReportStatus.AlreadyAccepted,
            _ => ReportStatus.TooMany,
        };
    }
}
