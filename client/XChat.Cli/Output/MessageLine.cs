using System.Globalization;

using XChat.Client.Conversations;
using XChat.Protocol.Conversations;

namespace XChat.Cli.Output;

/// <summary>A line of a conversation as a person reads it: place in the log, local time, who, what.</summary>
internal static class MessageLine
{
    /// <summary>With its seq, by which <c>xchat delete</c> names it.</summary>
    public static string Numbered(ChatMessage message) =>
        $"{(message.Seq == 0 ? "-" : message.Seq.ToString(CultureInfo.InvariantCulture)),4}  {message.Time.ToLocalTime():yyyy-MM-dd HH:mm}  {Said(message)}";

    /// <summary>For a conversation that goes on: only the time.</summary>
    public static string Live(ChatMessage message) => $"{message.Time.ToLocalTime():HH:mm}  {Said(message)}";

    private static string Said(ChatMessage message) => message switch
    {
        { Seq: 0 } => $"{message.Sender}: {What(message)} (not sent yet)",
        { Content: TextContent } => $"{message.Sender}: {What(message)}",
        _ => $"{message.Sender} {What(message)}",
    };

    /// <summary>What happened, without who.</summary>
    public static string What(ChatMessage message) => message.Kind switch
    {
        MessageKind.Content => Content(message.Content),
        MessageKind.Added => $"added {string.Join(", ", message.People)}",
        MessageKind.Removed => $"removed {string.Join(", ", message.People)}",
        MessageKind.Left => "left",
        MessageKind.RoleChanged => $"made {string.Join(", ", message.People)} {RoleName((MemberRole)message.Value)}",
        MessageKind.TimerChanged => message.Value == 0
            ? "turned disappearing messages off"
            : $"lets later messages disappear after {TimeSpan.FromSeconds(message.Value):c}",
        MessageKind.Deleted => "sent a message that is deleted",
        MessageKind.Undecryptable => "sent a message that this device cannot decrypt",
        MessageKind.Restarted => "started the encryption over",
        MessageKind.DevicesChanged => $"took note that the devices of {string.Join(", ", message.People)} changed",
        MessageKind.Reported => "could not follow a change of keys",
        MessageKind.Payment => message.Content is PaymentContent { Memo.Length: > 0 } card ? $"paid: {TerminalText.Line(card.Memo)}" : "paid",
        _ => "did something that this version does not know",
    };

    public static string RoleName(MemberRole role) => role switch
    {
        MemberRole.Owner => "owner",
        MemberRole.Admin => "admin",
        _ => "member",
    };

    private static string Content(MessageContent? content) => content switch
    {
        TextContent text => TerminalText.Block(text.Text),
        ReactionContent { Emoji.Length: 0 } => "took a reaction back",
        ReactionContent reaction => $"reacted {TerminalText.Line(reaction.Emoji)}",
        EditContent edit => $"corrected a message: {TerminalText.Block(edit.Text)}",
        GroupNameContent name => $"named the group \"{TerminalText.Line(name.Name)}\"",
        PaymentContent payment => $"wrote on the payment {payment.Transfer:D}: {TerminalText.Line(payment.Memo)}",
        PaymentRequestContent request => $"asks for money{Memo(request.Memo)} (request {request.Request:D})",
        RedPacketContent packet => $"sent a red packet{Memo(packet.Memo)} (red packet {packet.Packet:D})",
        _ => "sent something that this version does not know",
    };

    private static string Memo(string memo) => memo.Length == 0 ? string.Empty : $": {TerminalText.Line(memo)}";
}
