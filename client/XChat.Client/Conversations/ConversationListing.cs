using XChat.Client.Accounts;
using XChat.Protocol.Conversations;

namespace XChat.Client.Conversations;

/// <summary>Conversations as people see and name them.</summary>
internal static class ConversationListing
{
    private const int ShortestId = 6;
    private const int UnreadLookback = 200;

    public static ConversationInfo Describe(StoredConversation conversation, ChatContext context)
    {
        IReadOnlyList<StoredMessage> recent = context.Store.Read(transaction => transaction.Messages(conversation.Id, long.MaxValue, UnreadLookback));
        int unread = recent.Count(message =>
            message.Kind == MessageKind.Content && message.User != context.Device.User && message.Seq > conversation.ReadSeq);
        return new ConversationInfo(
            conversation.Id, conversation.Type, NameOf(conversation, context.People), conversation.Stage, unread,
            recent.Count == 0 ? null : ChatLines.Of(recent[^1], context));
    }

    /// <summary>
    /// By handle, id, name, or the beginning of an id. Any member can name a group, so a group called "@bob" never stands for the person, nor one
    /// that is called like an id for the conversation with that id.
    /// </summary>
    public static ConversationInfo Choose(IReadOnlyList<ConversationInfo> all, string name)
    {
        string wanted = name.Trim();
        bool person = wanted.StartsWith('@');
        List<ConversationInfo> found = Guid.TryParse(wanted, out Guid id) ? [.. all.Where(conversation => conversation.Id == id)] : [];
        if (found.Count == 0)
        {
            found =
            [
                .. all.Where(conversation => string.Equals(conversation.Name, wanted, StringComparison.OrdinalIgnoreCase)
                    && (!person || conversation.Type == ConversationType.Direct)),
            ];
        }

        if (found.Count == 0 && wanted.Length >= ShortestId)
        {
            found = [.. all.Where(conversation => conversation.Id.ToString("D").StartsWith(wanted, StringComparison.OrdinalIgnoreCase))];
        }

        return found.Count switch
        {
            1 => found[0],
            0 => throw new XChatException(ClientErrorReason.NotFound, $"There is no conversation '{wanted}' here (see: xchat conversations)."),
            _ => throw new XChatException(
                ClientErrorReason.InvalidInput, $"More than one conversation is called '{wanted}': name one by its id (see: xchat conversations)."),
        };
    }

    private static string NameOf(StoredConversation conversation, People people) => conversation switch
    {
        { Type: ConversationType.Direct } when conversation.Peer != Guid.Empty => people.NameOf(conversation.Peer),
        { Name.Length: > 0 } => conversation.Name,
        _ => conversation.Id.ToString("D"),
    };
}
