using XChat.Client.Accounts;
using XChat.Client.Conversations;

namespace XChat.Client.Store;

/// <summary>What is to go into the history, and what came out of it.</summary>
internal sealed partial class StoreTransaction
{
    /// <summary>In the place of a seq, where a person is meant and not a message.</summary>
    private const long PersonRow = -1;

    /// <summary>Rows that the history does not have yet: a conversation and a seq, or a person.</summary>
    public IReadOnlyList<(Guid Id, long Seq)> DueForHistory(int limit)
    {
        using Microsoft.Data.Sqlite.SqliteCommand command = Command(
            """
            SELECT id, seq FROM history_due AS due
            WHERE seq < 0 OR EXISTS (SELECT 1 FROM message WHERE conversation = due.id AND message.seq = due.seq)
            ORDER BY id, seq LIMIT $1
            """,
            [limit]);
        using Microsoft.Data.Sqlite.SqliteDataReader reader = command.ExecuteReader();
        List<(Guid, long)> due = [];
        while (reader.Read())
        {
            due.Add((new Guid(reader.GetFieldValue<byte[]>(0), bigEndian: true), reader.GetInt64(1)));
        }

        return due;
    }

    public static bool IsPerson((Guid Id, long Seq) due) => due.Seq == PersonRow;

    /// <summary>The history has the message as it is here.</summary>
    public void Settle(StoredMessage message)
    {
        if (Message(message.Conversation, message.Seq) is not { } now || StoreFormat.Write(now).AsSpan().SequenceEqual(StoreFormat.Write(message)))
        {
            Settle(message.Conversation, message.Seq);
        }
    }

    /// <summary>The history has the person as they are here.</summary>
    public void Settle(StoredPerson person)
    {
        if (Person(person.User) is not { } now || StoreFormat.Write(now).AsSpan().SequenceEqual(StoreFormat.Write(person)))
        {
            Settle(person.User, PersonRow);
        }
    }

    /// <summary>Nothing of this row is to go into the history.</summary>
    public void Settle(Guid id, long seq) => Execute("DELETE FROM history_due WHERE id = $1 AND seq = $2", Row(id), seq);

    /// <summary>A message comes in unless this device has its own; false: it has.</summary>
    public bool Restore(StoredMessage message)
    {
        bool wanted = Message(message.Conversation, message.Seq) is null or { Kind: MessageKind.Undecryptable };
        if (wanted)
        {
            Put(message);
        }

        return wanted;
    }

    /// <summary>What disappears is not kept, nor what could not be read.</summary>
    public static bool IsForHistory(StoredMessage message) => message.ExpiresAtMs == 0 && message.Kind != MessageKind.Undecryptable;

    private void Due(Guid id, long seq) => Execute("INSERT INTO history_due (id, seq) VALUES ($1, $2) ON CONFLICT DO NOTHING", Row(id), seq);
}
