using System.Net.Sockets;

using Npgsql;

using XChat.GrainInterfaces;
using XChat.Grains.Conversations.GroupCommit;

namespace XChat.Storage.Conversations;

/// <summary>
/// One connection that writes the log. A connection on which anything went wrong is thrown away, so that each try begins from nothing.
/// </summary>
internal sealed class PostgresLogWriter(NpgsqlDataSource database) : IConversationLogWriter
{
    // Data and integrity violations: the server answered, and rolled back.
    private const string DataProblem = "22";
    private const string IntegrityProblem = "23";

    private NpgsqlConnection? _connection;
    private AppendStatement? _append;

    /// <inheritdoc/>
    public Task<LogWrite> WriteAsync(IReadOnlyList<LogChunk> chunks, CancellationToken cancellationToken) => TryAsync(
        async connection =>
        {
            if (chunks is [{ Change: { } change }])
            {
                return await ChangeTransaction.RunAsync(connection, change, cancellationToken);
            }

            _append ??= await AppendStatement.PrepareAsync(connection, cancellationToken);
            return await _append.RunAsync(chunks, cancellationToken);
        },
        cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<bool>> AreWrittenAsync(IReadOnlyList<LogChunk> chunks, CancellationToken cancellationToken)
    {
        // A chunk goes in whole or not at all, so its first entry tells.
        const string Sql = """
            SELECT EXISTS (
                SELECT FROM conversation_entry AS e
                WHERE e.conversation_id = c.conversation_id AND e.seq = c.seq AND e.message_id = c.message_id)
            FROM unnest($1::uuid[], $2::bigint[], $3::uuid[]) WITH ORDINALITY AS c(conversation_id, seq, message_id, place)
            ORDER BY c.place
            """;

        try
        {
            await using NpgsqlCommand command = database.CreateCommand(Sql);
            command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. chunks.Select(chunk => chunk.Conversation.Value)] });
            command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. chunks.Select(chunk => chunk.FirstSeq)] });
            command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. chunks.Select(chunk => chunk.Entries[0].Message.Value)] });
            List<bool> written = [];
            await using NpgsqlDataReader rows = await command.ExecuteReaderAsync(cancellationToken);
            while (await rows.ReadAsync(cancellationToken))
            {
                written.Add(rows.GetBoolean(0));
            }

            return written;
        }
        catch (Exception problem) when (IsUnavailable(problem))
        {
            throw new StorageUnavailableException("The database did not answer.", problem);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await DiscardAsync();

    private async Task<LogWrite> TryAsync(Func<NpgsqlConnection, Task<LogWrite>> write, CancellationToken cancellationToken)
    {
        try
        {
            return await write(_connection ??= await OpenAsync(cancellationToken));
        }
        catch (PostgresException problem) when (IsRefusal(problem))
        {
            return LogWrite.Refused;
        }
        catch (Exception problem) when (IsUnavailable(problem))
        {
            await DiscardAsync();
            throw new StorageUnavailableException("The database did not answer a write.", problem);
        }
        catch
        {
            await DiscardAsync();
            throw;
        }
    }

    private async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken)
    {
        NpgsqlConnection connection = await database.OpenConnectionAsync(cancellationToken);
        try
        {
            // The plan of the prepared statement outlives the time when the table is small enough to be read as a whole.
            await using NpgsqlCommand command = new("SET enable_seqscan = off", connection);
            await command.ExecuteNonQueryAsync(cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private async Task DiscardAsync()
    {
        (NpgsqlConnection? connection, AppendStatement? append) = (_connection, _append);
        (_connection, _append) = (null, null);
        if (append is not null)
        {
            await append.DisposeAsync();
        }

        if (connection is not null)
        {
            NpgsqlConnection.ClearPool(connection);
            await connection.DisposeAsync();
        }
    }

    private static bool IsRefusal(PostgresException problem) =>
        problem.SqlState.StartsWith(DataProblem, StringComparison.Ordinal) || problem.SqlState.StartsWith(IntegrityProblem, StringComparison.Ordinal);

    private static bool IsUnavailable(Exception problem) =>
        problem is NpgsqlException or SocketException or IOException or TimeoutException or ObjectDisposedException;
}
