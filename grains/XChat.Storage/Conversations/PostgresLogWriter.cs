using Npgsql;

using XChat.Grains.Conversations.GroupCommit;
using XChat.Grains.GroupCommit;
using XChat.Storage.GroupCommit;

namespace XChat.Storage.Conversations;

/// <summary>Writes the log over one connection.</summary>
internal sealed class PostgresLogWriter(NpgsqlDataSource database) : IChunkWriter<LogChunk>
{
    // The plan of the prepared statement outlives the time when the table is small enough to be read as a whole.
    private readonly WriterConnection _connection = new(database, "SET enable_seqscan = off");
    private LogSession? _session;

    /// <inheritdoc/>
    public Task<BatchWrite> WriteAsync(IReadOnlyList<LogChunk> chunks, CancellationToken cancellationToken) => _connection.WriteAsync(
        async connection =>
        {
            if (chunks is [{ Change: { } change }])
            {
                return await ChangeTransaction.RunAsync(connection, change, cancellationToken);
            }

            if (_session?.Connection != connection)
            {
                await ForgetSessionAsync();
                _session = await LogSession.PrepareAsync(connection, cancellationToken);
            }

            return await _session.WriteAsync(chunks, cancellationToken);
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<ChunkStanding>> ExamineAsync(IReadOnlyList<LogChunk> chunks, CancellationToken cancellationToken)
    {
        // A chunk goes in whole or not at all, so its first entry tells.
        const string Sql = """
            SELECT EXISTS (
                SELECT FROM conversation_entry AS e
                WHERE e.conversation_id = c.conversation_id AND e.seq = c.seq AND e.message_id = c.message_id)
            FROM unnest($1::uuid[], $2::bigint[], $3::uuid[]) WITH ORDINALITY AS c(conversation_id, seq, message_id, place)
            ORDER BY c.place
            """;

        return _connection.ReadAsync<IReadOnlyList<ChunkStanding>>(async any =>
        {
            await using NpgsqlCommand command = any.CreateCommand(Sql);
            command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. chunks.Select(chunk => chunk.Conversation.Value)] });
            command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. chunks.Select(chunk => chunk.FirstSeq)] });
            command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. chunks.Select(chunk => chunk.Entries[0].Message.Value)] });
            List<ChunkStanding> standing = [];
            await using NpgsqlDataReader rows = await command.ExecuteReaderAsync(cancellationToken);
            while (await rows.ReadAsync(cancellationToken))
            {
                standing.Add(rows.GetBoolean(0) ? ChunkStanding.Written : ChunkStanding.Open);
            }

            return standing;
        });
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await ForgetSessionAsync();
        await _connection.DisposeAsync();
    }

    private async ValueTask ForgetSessionAsync()
    {
        LogSession? session = _session;
        _session = null;
        await (session?.DisposeAsync() ?? ValueTask.CompletedTask);
    }
}
