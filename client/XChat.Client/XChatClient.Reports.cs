using System.Text;

using XChat.Client.Conversations;
using XChat.Protocol;
using XChat.Protocol.Reports;

namespace XChat.Client;

/// <summary>Reports to the server's operator.</summary>
public sealed partial class XChatClient
{
    /// <summary>
    /// Shows the server's operator one message that somebody sent: its content, proven to be what was sent, and what the reporter says about it. Nothing else
    /// of the conversation is told.
    /// </summary>
    /// <exception cref="XChatException">There is no such message here or at the server any more, it is the own one, or it cannot be proven.</exception>
    public async Task ReportAsync(Guid conversation, long seq, string reason, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(reason);
        StoredMessage? message = _store.Read(transaction => transaction.Message(conversation, seq));
        if (message is not { Kind: MessageKind.Content } || message.User == Context.Device.User)
        {
            throw new XChatException(ClientErrorReason.NotFound, $"There is no message {seq} of somebody else here (see: xchat read).");
        }

        if (Encoding.UTF8.GetByteCount(reason) > Limits.ReportReasonBytes)
        {
            throw new XChatException(ClientErrorReason.InvalidInput, $"A reason has at most {Limits.ReportReasonBytes} bytes.");
        }

        byte[] key = ContentCodec.FrankKeyOf(message.Content) ?? throw new XChatException(
            ClientErrorReason.Refused, "This message was sent by a version without proofs: it cannot be reported.");
        ReportMessageResult result = await Context.Server.CallAsync(
            hub => hub.ReportMessage(new ReportMessageRequest(conversation, seq, message.Content, key, reason)), cancellationToken);
        if (result.Status is not (ReportStatus.Accepted or ReportStatus.AlreadyAccepted))
        {
            throw new XChatException(ClientErrorReason.Refused, result.Status switch
            {
                ReportStatus.NotFound => "The server has this message no more: it was deleted, or has disappeared.",
                ReportStatus.NotMember => "You are not in this conversation any more.",
                ReportStatus.TooMany => $"You have reported {Limits.ReportsPerDay} messages within a day: try again tomorrow.",
                _ => $"The server did not take the report: {result.Status}.",
            });
        }
    }
}
