using MessagePack;

namespace XChat.Protocol.Reports;

/// <summary>
/// Shows the operator a message that the caller received: its content as it was decrypted, and the key in it that proves it. Nothing else of the conversation
/// is told. Repeated for the same message it changes nothing.
/// </summary>
/// <param name="Conversation">Where it stands.</param>
/// <param name="Seq">Its place in the log.</param>
/// <param name="Content">The plaintext.</param>
/// <param name="Key">The key of the commitment (docs/trust.md), 32 bytes.</param>
/// <param name="Reason">What the reporter says about it, at most <see cref="Limits.ReportReasonBytes"/> bytes of UTF-8; it may be empty.</param>
[MessagePackObject]
public sealed record ReportMessageRequest(
    [property: Key("conversation")] Guid Conversation,
    [property: Key("seq")] long Seq,
    [property: Key("content")] byte[] Content,
    [property: Key("key")] byte[] Key,
    [property: Key("reason")] string Reason);

/// <summary>Outcome.</summary>
[MessagePackObject]
public sealed record ReportMessageResult([property: Key("status")] ReportStatus Status);

/// <summary>Outcomes of a report, in order of precedence.</summary>
public enum ReportStatus
{
    /// <summary>Unknown to this client's version.</summary>
    Unspecified = 0,

    /// <summary>The operator can see it.</summary>
    Accepted = 1,

    /// <summary>The caller has reported this message before.</summary>
    AlreadyAccepted = 2,

    /// <summary>The caller is not in the conversation.</summary>
    NotMember = 3,

    /// <summary>There is no such message, it was deleted or has expired, or it is the caller's own.</summary>
    NotFound = 4,

    /// <summary>This is not what was sent.</summary>
    Forged = 5,

    /// <summary>The caller has reported <see cref="Limits.ReportsPerDay"/> messages within a day.</summary>
    TooMany = 6,
}
