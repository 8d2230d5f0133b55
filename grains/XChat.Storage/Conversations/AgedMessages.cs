using Npgsql;

using XChat.Grains.Conversations;

namespace XChat.Storage.Conversations;

/// <summary>
/// Goes through the log by time, a window after the other, and remembers how far it has come, so that what has been emptied is not looked at again.
/// </summary>
internal static class AgedMessages
{
    /// <summary>What one transaction looks at, of the log's time.</summary>
    private static readonly TimeSpan Window = TimeSpan.FromHours(1);

    /// <summary>An entry is given its time before it is written; by this much, and more, it may be written later than younger ones.</summary>
    private static readonly TimeSpan Lateness = TimeSpan.FromMinutes(10);

    // One row, locked by whoever sweeps. FOR UPDATE SKIP LOCKED: a silo that finds it locked has nothing to do.
    private const string MarkSql = "SELECT swept_until FROM conversation_retention FOR UPDATE SKIP LOCKED";

    private const string EmptySql = """
        WITH due AS (
            SELECT conversation_id, seq FROM conversation_entry
            WHERE created_at >= $1 AND created_at < $2 AND kind IN (1, 10) AND payload <> ''
            LIMIT $3
            FOR UPDATE)
        UPDATE conversation_entry AS e
        SET payload = '', expires_at = NULL
        FROM due
        WHERE e.conversation_id = due.conversation_id AND e.seq = due.seq
        """;

    private const string AdvanceSql = "UPDATE conversation_retention SET swept_until = $1";

    /// <summary>One step, in the caller's transaction.</summary>
    public static async Task<RetentionStep> EmptyAsync(
        NpgsqlConnection connection, DateTimeOffset before, int limit, CancellationToken cancellationToken)
    {
        if (await MarkAsync(connection, cancellationToken) is not { } mark || mark >= before.UtcDateTime)
        {
            return new RetentionStep(0, Finished: true);
        }

        DateTime end = mark + Window < before.UtcDateTime ? mark + Window : before.UtcDateTime;
        await using NpgsqlCommand empty = new(EmptySql, connection);
        empty.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = mark - Lateness });
        empty.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = end });
        empty.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        int emptied = await empty.ExecuteNonQueryAsync(cancellationToken);
        if (emptied == limit)
        {
            return new RetentionStep(emptied, Finished: false);
        }

        await using NpgsqlCommand advance = new(AdvanceSql, connection);
        advance.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = end });
        await advance.ExecuteNonQueryAsync(cancellationToken);
        return new RetentionStep(emptied, Finished: end == before.UtcDateTime);
    }

    private static async Task<DateTime?> MarkAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = new(MarkSql, connection);
        return (DateTime?)await command.ExecuteScalarAsync(cancellationToken);
    }
}
