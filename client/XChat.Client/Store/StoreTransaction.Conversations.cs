using System.Buffers.Binary;

using XChat.Client.Conversations;

namespace XChat.Client.Store;

/// <summary>Conversations, their MLS state, their messages.</summary>
internal sealed partial class StoreTransaction
{
    public StoredConversation? Conversation(Guid id) => Open<StoredConversation>(
        "conversation", Row(id), Sealed("SELECT value FROM conversation WHERE id = $1", Row(id)));

    public IReadOnlyList<StoredConversation> Conversations() =>
        OpenAll<StoredConversation>("conversation", "SELECT id, value FROM conversation ORDER BY id");

    /// <summary>
    /// Stores it. What the history of another device told while a session had the conversation in hand stays, although that session does not
    /// know it yet: <see cref="StoredConversation.KeepingWhatIsKnown"/>.
    /// </summary>
    public void Put(StoredConversation conversation) => Execute(
        "INSERT INTO conversation (id, value) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET value = excluded.value",
        Row(conversation.Id),
        cipher.Seal(
            "conversation", Row(conversation.Id), StoreFormat.Write(conversation.KeepingWhatIsKnown(Conversation(conversation.Id)))));

    public byte[]? Group(Guid conversation) =>
        Sealed("SELECT value FROM mls_group WHERE conversation = $1", Row(conversation)) is { } value
            ? cipher.Open("mls_group", Row(conversation), value)
            : null;

    public void PutGroup(Guid conversation, ReadOnlySpan<byte> state) => Execute(
        "INSERT INTO mls_group (conversation, value) VALUES ($1, $2) ON CONFLICT (conversation) DO UPDATE SET value = excluded.value",
        Row(conversation), cipher.Seal("mls_group", Row(conversation), state));

    public void DropGroup(Guid conversation) => Execute("DELETE FROM mls_group WHERE conversation = $1", Row(conversation));

    public StoredCommit? PendingCommit(Guid conversation) => Open<StoredCommit>(
        "pending_commit", Row(conversation), Sealed("SELECT value FROM pending_commit WHERE conversation = $1", Row(conversation)));

    public IReadOnlyList<StoredCommit> PendingCommits() =>
        OpenAll<StoredCommit>("pending_commit", "SELECT conversation, value FROM pending_commit");

    public void Put(StoredCommit commit) => Execute(
        "INSERT INTO pending_commit (conversation, value) VALUES ($1, $2) ON CONFLICT (conversation) DO UPDATE SET value = excluded.value",
        Row(commit.Conversation), cipher.Seal("pending_commit", Row(commit.Conversation), StoreFormat.Write(commit)));

    public void DropPendingCommit(Guid conversation) => Execute("DELETE FROM pending_commit WHERE conversation = $1", Row(conversation));

    public StoredMessage? Message(Guid conversation, long seq) => Open<StoredMessage>(
        "message",
        MessageRow(conversation, seq),
        Sealed("SELECT value FROM message WHERE conversation = $1 AND seq = $2", Row(conversation), seq));

    /// <summary>The last messages before <paramref name="before"/>, rising.</summary>
    public IReadOnlyList<StoredMessage> Messages(Guid conversation, long before, int limit)
    {
        using Microsoft.Data.Sqlite.SqliteCommand command = Command(
            "SELECT seq, value FROM message WHERE conversation = $1 AND seq < $2 ORDER BY seq DESC LIMIT $3",
            [Row(conversation), before, limit]);
        using Microsoft.Data.Sqlite.SqliteDataReader reader = command.ExecuteReader();
        List<StoredMessage> messages = [];
        while (reader.Read())
        {
            byte[] row = MessageRow(conversation, reader.GetInt64(0));
            messages.Add(StoreFormat.Read<StoredMessage>(cipher.Open("message", row, reader.GetFieldValue<byte[]>(1))));
        }

        messages.Reverse();
        return messages;
    }

    /// <summary>Stores a message; one that is new or changed is to go into the history.</summary>
    public void Put(StoredMessage message)
    {
        _ = Execute(
            """
            INSERT INTO message (conversation, seq, expires_at, value) VALUES ($1, $2, $3, $4)
            ON CONFLICT (conversation, seq) DO UPDATE SET expires_at = excluded.expires_at, value = excluded.value
            """,
            Row(message.Conversation), message.Seq, message.ExpiresAtMs,
            cipher.Seal("message", MessageRow(message.Conversation, message.Seq), StoreFormat.Write(message)));
        if (IsForHistory(message))
        {
            Due(message.Conversation, message.Seq);
        }
    }

    /// <summary>Disappearing messages disappear here too.</summary>
    public int DropExpiredMessages(long nowMs) => Execute("DELETE FROM message WHERE expires_at > 0 AND expires_at <= $1", nowMs);

    private static byte[] MessageRow(Guid conversation, long seq)
    {
        byte[] row = new byte[24];
        _ = conversation.TryWriteBytes(row, bigEndian: true, out _);
        BinaryPrimitives.WriteInt64BigEndian(row.AsSpan(16), seq);
        return row;
    }
}
