using XChat.GrainInterfaces.Accounts;
using XChat.Protocol.Conversations;
using XChat.Protocol.Reports;

namespace XChat.GrainInterfaces.Reports;

/// <summary>The reports that one person makes.</summary>
/// <remarks>
/// Key: the user id of the reporter.
/// Owns: the reports.
/// Durable when: the result is returned.
/// Retry: a repeated report is recognised by the message that it is about.
/// Scheduling: one call at a time.
/// </remarks>
[GrainInterfaceType("xchat.report"), Alias("xchat.IReportGrain")]
public interface IReportGrain : IGrainWithGuidKey
{
    /// <summary>Verifies that a message was sent as shown, and keeps the report for the operator.</summary>
    [Alias("report")]
    Task<MessageReported> Report(ReportMessage request);
}

/// <summary>A report; meanings as in <see cref="ReportMessageRequest"/>.</summary>
[GenerateSerializer, Immutable, Alias("xchat.ReportMessage")]
public sealed record ReportMessage(
    [property: Id(0)] Caller Caller,
    [property: Id(1)] ConversationId Conversation,
    [property: Id(2)] long Seq,
    [property: Id(3)] byte[] Content,
    [property: Id(4)] byte[] Key,
    [property: Id(5)] string Reason);

/// <summary>Outcome.</summary>
[GenerateSerializer, Immutable, Alias("xchat.MessageReported")]
public sealed record MessageReported([property: Id(0)] ReportStatus Status);
