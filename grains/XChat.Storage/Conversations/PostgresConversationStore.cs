using Npgsql;

using XChat.GrainInterfaces.Conversations;
using XChat.Grains.Conversations;
using XChat.Protocol.Accounts;
using XChat.Protocol.Conversations;

namespace XChat.Storage.Conversations;

/// <summary>Reads of conversations in PostgreSQL.</summary>
public sealed class PostgresConversationStore(NpgsqlDataSource database) : IConversationStore
{
    /// <inheritdoc/>
    public Task<StoredConversation?> LoadAsync(ConversationId conversation, int recent, CancellationToken cancellationToken) =>
        ConversationLoad.RunAsync(database, conversation, recent, cancellationToken);

    /// <inheritdoc/>
    public async Task<LogEntry?> FindAsync(ConversationId conversation, MessageId message, CancellationToken cancellationToken)
    {
        const string Sql = $"SELECT {EntryRow.Columns} FROM conversation_entry AS e WHERE e.conversation_id = $1 AND e.message_id = $2";

        return await ReadOneAsync(Sql, conversation.Value, new NpgsqlParameter<Guid> { TypedValue = message.Value }, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<LogEntry?> FindDeletionAsync(ConversationId conversation, long seq, CancellationToken cancellationToken)
    {
        const string Sql =
            $"SELECT {EntryRow.Columns} FROM conversation_entry AS e WHERE e.conversation_id = $1 AND e.value = $2 AND e.kind = 6";

        return await ReadOneAsync(Sql, conversation.Value, new NpgsqlParameter<long> { TypedValue = seq }, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<LogSlice> ReadAsync(ConversationId conversation, LogRange range, CancellationToken cancellationToken)
    {
        const string ForwardSql = $"""
            SELECT {EntryRow.Columns} FROM conversation_entry AS e
            WHERE e.conversation_id = $1 AND e.seq BETWEEN $2 AND $3
            ORDER BY e.seq LIMIT $4
            """;
        const string BackwardSql = $"""
            SELECT {EntryRow.Columns} FROM conversation_entry AS e
            WHERE e.conversation_id = $1 AND e.seq BETWEEN $2 AND $3
            ORDER BY e.seq DESC LIMIT $4
            """;

        await using NpgsqlCommand command = database.CreateCommand(range.Backward ? BackwardSql : ForwardSql);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = conversation.Value });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = range.First });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = range.Last });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = range.Limit });
        List<LogEntry> entries = [];
        long bytes = 0;
        await using NpgsqlDataReader rows = await command.ExecuteReaderAsync(cancellationToken);
        while ((bytes < range.MaxBytes || entries.Count == 0) && await rows.ReadAsync(cancellationToken))
        {
            LogEntry entry = EntryRow.Read(rows);
            bytes += entry.Payload.Length;
            if (bytes > range.MaxBytes && entries.Count > 0)
            {
                break;
            }

            entries.Add(entry);
        }

        bool more = entries.Count > 0 && (range.Backward ? entries[^1].Seq > range.First : entries[^1].Seq < range.Last);
        if (range.Backward)
        {
            entries.Reverse();
        }

        return new LogSlice(entries, more);
    }

    /// <inheritdoc/>
    public async Task<byte[]?> ReadWelcomeAsync(ConversationId conversation, long seq, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = database.CreateCommand(
            "SELECT welcome FROM conversation_welcome WHERE conversation_id = $1 AND seq = $2");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = conversation.Value });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = seq });
        return (byte[]?)await command.ExecuteScalarAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<ConversationListPage> ListAsync(UserId user, ConversationId after, int limit, CancellationToken cancellationToken)
    {
        // Heads come from the end of each log. Unread messages are looked for in a bounded stretch after the read cursor.
        const string Sql = """
            SELECT m.conversation_id, c.type, m.role, last.seq, c.epoch, m.first_seq, m.read_seq, m.delivered_seq, unread.count, last.created_at
            FROM conversation_member AS m
            JOIN conversation AS c USING (conversation_id)
            CROSS JOIN LATERAL (
                SELECT e.seq, e.created_at FROM conversation_entry AS e
                WHERE e.conversation_id = m.conversation_id
                ORDER BY e.seq DESC LIMIT 1) AS last
            CROSS JOIN LATERAL (
                SELECT least(count(*), $4)::integer AS count FROM (
                    SELECT e.kind, e.sender_user FROM conversation_entry AS e
                    WHERE e.conversation_id = m.conversation_id AND e.seq > greatest(m.read_seq, m.first_seq - 1)
                    ORDER BY e.seq LIMIT 2 * $4) AS stretch
                WHERE stretch.kind IN (1, 10) AND stretch.sender_user <> m.user_id) AS unread
            WHERE m.user_id = $1 AND m.conversation_id > $2
            ORDER BY m.conversation_id
            LIMIT $3
            """;

        await using NpgsqlCommand command = database.CreateCommand(Sql);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = user.Value });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = after.Value });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit + 1 });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = Protocol.Limits.UnreadCount });
        List<ConversationListItem> items = [];
        await using NpgsqlDataReader rows = await command.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            items.Add(ReadItem(rows));
        }

        return new ConversationListPage([.. items.Take(limit)], items.Count > limit);
    }

    private static ConversationListItem ReadItem(NpgsqlDataReader row) => new(
        new ConversationId(row.GetGuid(0)),
        (ConversationType)row.GetInt16(1),
        (MemberRole)row.GetInt16(2),
        row.GetInt64(3),
        row.GetInt64(4),
        row.GetInt64(5),
        row.GetInt64(6),
        row.GetInt64(7),
        row.GetInt32(8),
        EntryRow.UnixMs(row.GetDateTime(9)));

    private async Task<LogEntry?> ReadOneAsync(string sql, Guid conversation, NpgsqlParameter key, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = database.CreateCommand(sql);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = conversation });
        command.Parameters.Add(key);
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        return await row.ReadAsync(cancellationToken) ? EntryRow.Read(row) : null;
    }
}
