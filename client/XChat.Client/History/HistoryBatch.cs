using XChat.Client.Accounts;
using XChat.Client.Conversations;
using XChat.Client.Store;
using XChat.Crypto.History;

namespace XChat.Client.History;

/// <summary>What goes into the next segment.</summary>
internal static class HistoryBatch
{
    // What the records around messages take at most; the descriptions of conversations are bounded by the number of messages.
    private const int Room = HistoryKey.MaxContent - (16 * 1024);
    private const int DescriptionBytes = 512;

    /// <summary>As much as is due and fits, and the key of the segments before, if it is to be passed on; null: nothing is.</summary>
    public static HistoryContent? Next(ProfileStore store, Guid own, int most, byte[]? formerKey) => store.Read(transaction =>
    {
        List<StoredMessage> messages = [];
        List<StoredPerson> people = [];
        Dictionary<Guid, HistoryConversation> conversations = [];
        int bytes = 0;
        foreach ((Guid Id, long Seq) due in transaction.DueForHistory(most))
        {
            bool person = StoreTransaction.IsPerson(due);
            StoredPerson? known = person ? transaction.Person(due.Id) : null;
            StoredMessage? message = person ? null : transaction.Message(due.Id, due.Seq);
            int size = (known is null ? 0 : StoreFormat.Write(known).Length) + (message is null ? 0 : StoreFormat.Write(message).Length)
                + (message is null || conversations.ContainsKey(due.Id) ? 0 : DescriptionBytes);
            if (bytes + size > Room)
            {
                break;
            }

            bytes += size;
            people.AddRange(known is null || known.User == own ? [] : [known]);
            if (message is not null)
            {
                messages.Add(message);
                if (transaction.Conversation(due.Id) is { } here)
                {
                    conversations[due.Id] = here.ForHistory();
                }
            }
        }

        return messages.Count + people.Count == 0 && formerKey is null
            ? null
            : new HistoryContent([.. messages], [.. people], [.. conversations.Values], formerKey);
    });
}
