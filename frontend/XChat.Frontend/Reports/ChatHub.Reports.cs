using System.Text;

using XChat.Crypto.Franking;
using XChat.Frontend.Requests;
using XChat.GrainInterfaces.Reports;
using XChat.Protocol;
using XChat.Protocol.Reports;

namespace XChat.Frontend;

internal sealed partial class ChatHub
{
    public async Task<ReportMessageResult> ReportMessage(ReportMessageRequest request)
    {
        string reason = Field.Required(Field.Required(request).Reason);
        if (Encoding.UTF8.GetByteCount(reason) > Limits.ReportReasonBytes)
        {
            throw Field.Wrong(nameof(request.Reason), $"is longer than {Limits.ReportReasonBytes} bytes");
        }

        ReportMessage report = new(
            Caller, Field.Conversation(request.Conversation), Field.Positive(request.Seq), Field.Bytes(request.Content, Limits.ReportContentBytes),
            Field.BytesOf(request.Key, MessageFrank.KeySize), reason);
        MessageReported reported = await cluster.Reports(Caller.User).Report(report);
        return new ReportMessageResult(reported.Status);
    }
}
