using Npgsql;

using XChat.Grains.Conversations;
using XChat.Protocol.Conversations;

namespace XChat.Storage.Conversations;

/// <summary>Cursors, joined devices and retention in PostgreSQL.</summary>
public sealed class PostgresConversationUpkeep(NpgsqlDataSource database) : IConversationUpkeep
{
    /// <inheritdoc/>
    public async Task AdvanceCursorsAsync(IReadOnlyList<CursorPosition> positions, CancellationToken cancellationToken)
    {
        // In one order everywhere, so that two silos never wait for each other's rows in a circle.
        const string Sql = """
            WITH moved AS (
                SELECT m.conversation_id, m.user_id, p.delivered_seq, p.read_seq
                FROM unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::bigint[]) AS p(conversation_id, user_id, delivered_seq, read_seq)
                JOIN conversation_member AS m USING (conversation_id, user_id)
                ORDER BY m.conversation_id, m.user_id
                FOR NO KEY UPDATE OF m)
            UPDATE conversation_member AS m
            SET delivered_seq = greatest(m.delivered_seq, moved.delivered_seq), read_seq = greatest(m.read_seq, moved.read_seq)
            FROM moved
            WHERE m.conversation_id = moved.conversation_id AND m.user_id = moved.user_id
            """;

        await using NpgsqlCommand command = database.CreateCommand(Sql);
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. positions.Select(position => position.Conversation.Value)] });
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. positions.Select(position => position.User.Value)] });
        command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. positions.Select(position => position.DeliveredSeq)] });
        command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. positions.Select(position => position.ReadSeq)] });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async Task MarkJoinedAsync(ConversationId conversation, int leaf, CancellationToken cancellationToken)
    {
        const string JoinSql = "UPDATE conversation_leaf SET joined = true WHERE conversation_id = $1 AND leaf = $2";

        await using NpgsqlBatch batch = database.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand(Welcomes.LockSql)
        {
            Parameters = { new NpgsqlParameter<Guid> { TypedValue = conversation.Value } },
        });
        batch.BatchCommands.Add(new NpgsqlBatchCommand(JoinSql)
        {
            Parameters =
            {
                new NpgsqlParameter<Guid> { TypedValue = conversation.Value },
                new NpgsqlParameter<int> { TypedValue = leaf },
            },
        });
        batch.BatchCommands.Add(new NpgsqlBatchCommand(Welcomes.DropUnneededSql)
        {
            Parameters = { new NpgsqlParameter<Guid> { TypedValue = conversation.Value } },
        });
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public Task<int> EmptyExpiredAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken)
    {
        const string Sql = """
            WITH due AS (
                SELECT conversation_id, seq FROM conversation_entry
                WHERE expires_at <= $1
                ORDER BY expires_at
                LIMIT $2
                FOR UPDATE SKIP LOCKED)
            UPDATE conversation_entry AS e
            SET payload = '', expires_at = NULL
            FROM due
            WHERE e.conversation_id = due.conversation_id AND e.seq = due.seq
            """;

        return SweepAsync(Sql, now, limit, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<RetentionStep> EmptyOldAsync(DateTimeOffset before, int limit, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        RetentionStep step = await AgedMessages.EmptyAsync(connection, before, limit, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return step;
    }

    /// <inheritdoc/>
    public Task<int> DropWelcomesAsync(DateTimeOffset before, int limit, CancellationToken cancellationToken)
    {
        const string Sql = """
            DELETE FROM conversation_welcome AS w
            USING (
                SELECT conversation_id, seq FROM conversation_welcome
                WHERE created_at < $1
                ORDER BY created_at
                LIMIT $2
                FOR UPDATE SKIP LOCKED) AS due
            WHERE w.conversation_id = due.conversation_id AND w.seq = due.seq
            """;

        return SweepAsync(Sql, before, limit, cancellationToken);
    }

    private async Task<int> SweepAsync(string sql, DateTimeOffset time, int limit, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = database.CreateCommand(sql);
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = time.UtcDateTime });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
