using XChat.Crypto.Franking;
using XChat.Crypto.Mls;
using XChat.GrainInterfaces.Conversations;
using XChat.GrainInterfaces.Reports;
using XChat.Protocol.Conversations;
using XChat.Protocol.Reports;

namespace XChat.Grains.Reports;

/// <summary>Whether a report shows what was sent. Pure: no clock, no I/O.</summary>
public static class ReportRules
{
    /// <summary>Holds a report against the entry that it is about, as its reporter may read it; null: there is none at that place.</summary>
    public static ReportStatus Check(ReportMessage report, LogEntry? entry)
    {
        if (entry is not { Kind: EntryKind.Application, Payload.Length: > 0 } || entry.Seq != report.Seq || entry.Sender.User == report.Caller.User)
        {
            return ReportStatus.NotFound;
        }

        // The sender is the one whose session sent it, and every member's client has held that against the signature inside.
        return PrivateMessageInspector.TryReadAuthenticatedData(entry.Payload, out byte[]? data)
            && MessageFrank.Verify(data, report.Key, report.Conversation.Value, entry.Message.Value, report.Content)
                ? ReportStatus.Accepted
                : ReportStatus.Forged;
    }
}
