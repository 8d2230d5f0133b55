using XChat.Client.Conversations;

namespace XChat.Cli.Output;

/// <summary>A line of a conversation for programs. Which of the later fields are there depends on <c>Kind</c> and <c>Content</c>.</summary>
internal sealed record MessageJson(
    string Type,
    Guid Conversation,
    long Seq,
    Guid Id,
    string Sender,
    Guid User,
    bool Own,
    DateTimeOffset Time,
    MessageKind Kind,
    string? Content,
    string? Text,
    Guid? ReplyTo,
    Guid? Target,
    string? Emoji,
    string? Name,
    string? Memo,
    IReadOnlyList<string>? People,
    long? Value)
{
    public static MessageJson Of(ChatMessage message) => new(
        "message",
        message.Conversation,
        message.Seq,
        message.Id,
        message.Sender,
        message.User,
        message.Own,
        message.Time,
        message.Kind,
        NameOf(message.Content),
        message.Text ?? (message.Content as EditContent)?.Text,
        message.Content is TextContent { ReplyTo: var replied } && replied != Guid.Empty ? replied : null,
        message.Content switch
        {
            EditContent edit => edit.Target,
            ReactionContent reaction => reaction.Target,
            PaymentContent payment => payment.Transfer,
            PaymentRequestContent request => request.Request,
            RedPacketContent packet => packet.Packet,
            _ => null,
        },
        (message.Content as ReactionContent)?.Emoji,
        (message.Content as GroupNameContent)?.Name,
        message.Content switch
        {
            PaymentContent payment => payment.Memo,
            PaymentRequestContent request => request.Memo,
            RedPacketContent packet => packet.Memo,
            _ => null,
        },
        message.People.Count == 0 ? null : message.People,
        message.Kind is MessageKind.RoleChanged or MessageKind.TimerChanged ? message.Value : null);

    private static string? NameOf(MessageContent? content) => content switch
    {
        null => null,
        TextContent => "text",
        ReactionContent => "reaction",
        EditContent => "edit",
        GroupNameContent => "groupName",
        PaymentContent => "payment",
        PaymentRequestContent => "paymentRequest",
        RedPacketContent => "redPacket",
        _ => "unsupported",
    };
}
