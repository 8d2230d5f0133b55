using System.Data;

using Npgsql;

using XChat.GrainInterfaces.Accounts;
using XChat.Grains.Conversations;
using XChat.Protocol.Accounts;
using XChat.Protocol.Conversations;

namespace XChat.Storage.Conversations;

/// <summary>Everything about one conversation as of one moment: five result sets of one round trip, in one snapshot.</summary>
internal static class ConversationLoad
{
    private const string ConversationSql = """
        SELECT c.type, c.group_id, c.epoch, c.timer_seconds, last.seq, last.created_at
        FROM conversation AS c
        CROSS JOIN LATERAL (
            SELECT e.seq, e.created_at FROM conversation_entry AS e
            WHERE e.conversation_id = c.conversation_id
            ORDER BY e.seq DESC LIMIT 1) AS last
        WHERE c.conversation_id = $1
        """;

    private const string MembersSql =
        "SELECT user_id, role, first_seq, delivered_seq, read_seq, device_list_version FROM conversation_member WHERE conversation_id = $1";

    private const string LeavesSql =
        "SELECT leaf, user_id, device_id, added_seq, joined, leaving FROM conversation_leaf WHERE conversation_id = $1";

    private const string WaitingSql = "SELECT user_id, device_id FROM conversation_waiting_device WHERE conversation_id = $1";

    private const string RecentSql = "SELECT message_id FROM conversation_entry WHERE conversation_id = $1 ORDER BY seq DESC LIMIT $2";

    public static async Task<StoredConversation?> RunAsync(
        NpgsqlDataSource database, ConversationId conversation, int recent, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        await using NpgsqlBatch batch = new(connection, snapshot);
        foreach (string sql in (ReadOnlySpan<string>)[ConversationSql, MembersSql, LeavesSql, WaitingSql, RecentSql])
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(sql)
            {
                Parameters = { new NpgsqlParameter<Guid> { TypedValue = conversation.Value } },
            });
        }

        batch.BatchCommands[^1].Parameters.Add(new NpgsqlParameter<int> { TypedValue = recent });
        await using NpgsqlDataReader rows = await batch.ExecuteReaderAsync(cancellationToken);
        if (!await rows.ReadAsync(cancellationToken))
        {
            return null;
        }

        StoredConversation found = new(
            conversation,
            (ConversationType)rows.GetInt16(0),
            rows.GetGuid(1),
            rows.GetInt64(2),
            rows.GetInt32(3),
            rows.GetInt64(4),
            EntryRow.UnixMs(rows.GetDateTime(5)),
            [],
            [],
            [],
            []);
        return found with
        {
            Members = await NextAsync(rows, ReadMember, cancellationToken),
            Leaves = await NextAsync(rows, ReadLeaf, cancellationToken),
            Waiting = await NextAsync(rows, row => Device(row, 0), cancellationToken),
            Recent = [.. Enumerable.Reverse(await NextAsync(rows, row => new MessageId(row.GetGuid(0)), cancellationToken))],
        };
    }

    private static async Task<List<T>> NextAsync<T>(NpgsqlDataReader rows, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        List<T> found = [];
        await rows.NextResultAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            found.Add(read(rows));
        }

        return found;
    }

    private static MemberState ReadMember(NpgsqlDataReader row) => new(
        new UserId(row.GetGuid(0)), (MemberRole)row.GetInt16(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4), row.GetInt64(5));

    private static LeafState ReadLeaf(NpgsqlDataReader row) => new(
        row.GetInt32(0), Device(row, 1), row.GetInt64(3), row.GetBoolean(4), row.GetBoolean(5));

    private static Caller Device(NpgsqlDataReader row, int column) =>
        new(new UserId(row.GetGuid(column)), new DeviceId(row.GetGuid(column + 1)));
}
