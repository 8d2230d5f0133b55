using XChat.Client.Delivery;

namespace XChat.Client.Conversations;

/// <summary>Stored messages as people see them.</summary>
internal static class ChatLines
{
    public static ChatMessage Of(StoredMessage message, ChatContext context) => new(
        message.Conversation,
        message.Seq,
        message.Message,
        message.User,
        context.People.NameOf(message.User),
        message.User == context.Device.User,
        DateTimeOffset.FromUnixTimeMilliseconds(message.TimeMs),
        message.Kind,
        message.Kind is MessageKind.Content or MessageKind.Payment && message.Content.Length > 0 ? ContentCodec.Read(message.Content) : null,
        [.. message.People.Select(context.People.NameOf)],
        message.Value);

    /// <summary>A message that waits to be sent.</summary>
    public static ChatMessage Of(OutboxItem item, ChatContext context) => new(
        item.Conversation,
        0,
        item.Message,
        context.Device.User,
        context.People.NameOf(context.Device.User),
        Own: true,
        DateTimeOffset.FromUnixTimeMilliseconds(item.QueuedAtMs),
        MessageKind.Content,
        ContentCodec.Read(item.Content),
        [],
        0);
}
