using XChat.Client.Accounts;
using XChat.Client.Conversations;
using XChat.Client.Store;
using XChat.Protocol.Conversations;

namespace XChat.Client.History;

/// <summary>How content of the history comes into this device's store. What the device knows by itself stays.</summary>
internal static class HistoryRestore
{
    /// <summary>Content of the chain, which need not be appended to it.</summary>
    /// <returns>How many messages came in.</returns>
    public static int Apply(StoreTransaction transaction, HistoryContent content, Guid own)
    {
        int restored = Import(transaction, content, own);
        Settle(transaction, content);
        return restored;
    }

    /// <summary>Content of a file; what the chain does not have goes into it.</summary>
    /// <returns>How many messages came in.</returns>
    public static int Import(StoreTransaction transaction, HistoryContent content, Guid own)
    {
        foreach (HistoryConversation conversation in content.Conversations)
        {
            Apply(transaction, conversation);
        }

        foreach (StoredPerson person in content.People)
        {
            // A device of the own account verified this person: what the server says now is held against it.
            if (person.User != own && transaction.Person(person.User) is null)
            {
                transaction.Put(person);
            }
        }

        foreach (StoredMessage message in content.Messages)
        {
            Name(transaction, message);
        }

        return content.Messages.Count(transaction.Restore);
    }

    /// <summary>The history has this: it need not be appended.</summary>
    public static void Settle(StoreTransaction transaction, HistoryContent content)
    {
        foreach (StoredMessage message in content.Messages)
        {
            transaction.Settle(message);
        }

        foreach (StoredPerson person in content.People)
        {
            transaction.Settle(person);
        }
    }

    /// <summary>The device that kept a renaming may not have come to its place in the log when it described the conversation.</summary>
    private static void Name(StoreTransaction transaction, StoredMessage message)
    {
        if (message.Kind == MessageKind.Content && ContentCodec.Read(message.Content) is GroupNameContent given
            && transaction.Conversation(message.Conversation) is { Type: ConversationType.Group } here
            && here.Named(given.Name, message.Seq) is var named && named != here)
        {
            transaction.Put(named);
        }
    }

    private static void Apply(StoreTransaction transaction, HistoryConversation conversation)
    {
        StoredConversation? here = transaction.Conversation(conversation.Id);
        if (here is null)
        {
            // Whether the person is still in it the server says; until then it waits to be let in.
            transaction.Put(new StoredConversation(
                conversation.Id, conversation.Type, conversation.Group, ConversationStage.Waiting, 0, conversation.ReadSeq, conversation.Name,
                conversation.Peer, 0, NameSeq: conversation.NameSeq));
        }
        else if (here.Named(conversation.Name, conversation.NameSeq) is var named && named != here)
        {
            transaction.Put(named);
        }
    }
}
