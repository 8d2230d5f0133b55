using Npgsql;

using XChat.GrainInterfaces.History;
using XChat.Grains.History;
using XChat.Protocol.Accounts;

namespace XChat.Storage.History;

/// <summary>Histories in PostgreSQL.</summary>
public sealed class PostgresHistoryStore(NpgsqlDataSource database) : IHistoryStore
{
    private static readonly byte[] NoHash = new byte[32];

    /// <inheritdoc/>
    public async Task<HistoryWrite> AppendAsync(NewSegment segment, DateTimeOffset now, CancellationToken cancellationToken)
    {
        const string MakeSql = "INSERT INTO history_head (user_id, number, hash, bytes) VALUES ($1, 0, $2, 0) ON CONFLICT (user_id) DO NOTHING";
        const string FencedSql = """
            WITH fence AS (
                UPDATE history_head SET number = $2, hash = $4, bytes = bytes + octet_length($5)
                WHERE user_id = $1 AND number = $2 - 1 AND hash = $3 AND bytes + octet_length($5) <= $8
                RETURNING user_id)
            INSERT INTO history_segment (user_id, number, hash, device_id, stored_at, segment)
            SELECT user_id, $2, $4, $6, $7, $5 FROM fence
            """;

        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellationToken);
        if (segment.Number == 1)
        {
            await using NpgsqlCommand make = new(MakeSql, connection);
            make.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = segment.User.Value });
            make.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = NoHash });
            await make.ExecuteNonQueryAsync(cancellationToken);
        }

        await using NpgsqlCommand append = new(FencedSql, connection);
        append.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = segment.User.Value });
        append.Parameters.Add(new NpgsqlParameter<long> { TypedValue = segment.Number });
        append.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = segment.Previous });
        append.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = segment.Hash });
        append.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = segment.Segment });
        append.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = segment.Device.Value });
        append.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = now.UtcDateTime });
        append.Parameters.Add(new NpgsqlParameter<long> { TypedValue = segment.MostBytes });
        return await append.ExecuteNonQueryAsync(cancellationToken) == 1
            ? new HistoryWrite(HistoryWriteOutcome.Appended, segment.Number, segment.Hash)
            : await WhyNotAsync(connection, segment, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<HistoryRead> ReadAsync(
        UserId user, long before, long after, int mostSegments, int mostBytes, CancellationToken cancellationToken)
    {
        // The sum over what comes before in the page: the first one is taken whatever its size.
        const string Sql = """
            SELECT head.number, page.number, page.segment
            FROM history_head AS head LEFT JOIN LATERAL (
                SELECT s.number, s.segment, sum(octet_length(s.segment)) OVER (ORDER BY s.number DESC) - octet_length(s.segment) AS bytes_before
                FROM history_segment AS s WHERE s.user_id = $1 AND s.number < $2 AND s.number > $3
                ORDER BY s.number DESC LIMIT $4) AS page ON page.bytes_before = 0 OR page.bytes_before + octet_length(page.segment) <= $5
            WHERE head.user_id = $1
            ORDER BY page.number DESC
            """;

        await using NpgsqlCommand command = database.CreateCommand(Sql);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = user.Value });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = before });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = after });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = mostSegments });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = mostBytes });
        long head = 0;
        List<HistorySegment> segments = [];
        await using NpgsqlDataReader rows = await command.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            head = rows.GetInt64(0);
            if (!rows.IsDBNull(1))
            {
                segments.Add(new HistorySegment(rows.GetInt64(1), rows.GetFieldValue<byte[]>(2)));
            }
        }

        return new HistoryRead(head, segments);
    }

    private static async Task<HistoryWrite> WhyNotAsync(NpgsqlConnection connection, NewSegment segment, CancellationToken cancellationToken)
    {
        const string Sql = """
            SELECT head.number, head.hash, there.hash
            FROM history_head AS head LEFT JOIN history_segment AS there ON there.user_id = head.user_id AND there.number = $2
            WHERE head.user_id = $1
            """;

        await using NpgsqlCommand command = new(Sql, connection);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = segment.User.Value });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = segment.Number });
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        if (!await row.ReadAsync(cancellationToken))
        {
            return new HistoryWrite(HistoryWriteOutcome.Behind, 0, NoHash);
        }

        (long number, byte[] hash) = (row.GetInt64(0), row.GetFieldValue<byte[]>(1));
        bool same = !row.IsDBNull(2) && row.GetFieldValue<byte[]>(2).AsSpan().SequenceEqual(segment.Hash);
        bool follows = number == segment.Number - 1 && hash.AsSpan().SequenceEqual(segment.Previous);
        return new HistoryWrite(
            same ? HistoryWriteOutcome.Same : follows ? HistoryWriteOutcome.Full : HistoryWriteOutcome.Behind, number, hash);
    }
}
