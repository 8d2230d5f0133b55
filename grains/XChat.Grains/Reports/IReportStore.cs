using XChat.GrainInterfaces.Accounts;
using XChat.Protocol.Conversations;

namespace XChat.Grains.Reports;

/// <summary>The rows of reports.</summary>
public interface IReportStore
{
    /// <summary>Keeps a report unless the reporter has reported the message before, or too many since a time.</summary>
    Task<ReportWrite> AddAsync(NewReport report, DateTimeOffset countedSince, int most, CancellationToken cancellationToken);

    /// <summary>Reports after a number, rising, without what they show.</summary>
    Task<IReadOnlyList<StoredReport>> ListAsync(long after, int limit, CancellationToken cancellationToken);

    /// <summary>One report with what it shows; null: there is none.</summary>
    Task<StoredReport?> FindAsync(long number, CancellationToken cancellationToken);
}

/// <summary>A report that was verified. <c>Sender</c> sent the message at <c>SentAtMs</c>, as the log has it.</summary>
public sealed record NewReport(
    Caller Reporter, ConversationId Conversation, long Seq, MessageId Message, Caller Sender, long SentAtMs, byte[] Content, string Reason, long ReportedAtMs);

/// <summary>A report as it is kept, under the number in whose order reports came in.</summary>
public sealed record StoredReport(long Number, NewReport Report);

/// <summary>What became of a report.</summary>
public enum ReportWrite
{
    /// <summary>It is kept now.</summary>
    Added = 1,

    /// <summary>It was kept before.</summary>
    Same = 2,

    /// <summary>The reporter has made too many.</summary>
    TooMany = 3,
}
