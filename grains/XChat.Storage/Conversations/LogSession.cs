using Npgsql;

using XChat.Grains.Conversations.GroupCommit;
using XChat.Grains.GroupCommit;

namespace XChat.Storage.Conversations;

/// <summary>One connection of a writer of the log: what is prepared on it, and which server it leads to.</summary>
/// <remarks>
/// A server that has committed an entry has it for as long as it runs, and no connection outlives its server. So an entry whose predecessor went to the
/// same start of the same server, by whichever connection, is behind an entry that is there; after a failover or a restart that is looked up again.
/// </remarks>
internal sealed class LogSession : IAsyncDisposable
{
    /// <summary>From how many entries on a COPY, with its extra round trip and its own planning, is cheaper than the prepared statement.</summary>
    private const int CopyEntries = 16;

    private readonly ServerStart _server;
    private readonly AppendStatement _append;
    private readonly SingleAppendStatement _appendOne;

    private LogSession(NpgsqlConnection connection, ServerStart server, AppendStatement append, SingleAppendStatement appendOne)
    {
        Connection = connection;
        _server = server;
        _append = append;
        _appendOne = appendOne;
    }

    public NpgsqlConnection Connection { get; }

    public static async Task<LogSession> PrepareAsync(NpgsqlConnection connection, CancellationToken cancellationToken) => new(
        connection,
        await ServerStart.ReadAsync(connection, cancellationToken),
        await AppendStatement.PrepareAsync(connection, cancellationToken),
        await SingleAppendStatement.PrepareAsync(connection, cancellationToken));

    /// <summary>Writes application messages, all or none.</summary>
    public async Task<BatchWrite> WriteAsync(IReadOnlyList<LogChunk> chunks, CancellationToken cancellationToken)
    {
        BatchWrite written = chunks is [{ Count: 1 } one]
            ? await _appendOne.RunAsync(one, cancellationToken)
            : await WriteManyAsync([.. chunks], cancellationToken);
        if (written == BatchWrite.Written)
        {
            foreach (LogChunk chunk in chunks)
            {
                chunk.WrittenTo = _server;
            }
        }

        return written;
    }

    public async ValueTask DisposeAsync()
    {
        await _append.DisposeAsync();
        await _appendOne.DisposeAsync();
    }

    private Task<BatchWrite> WriteManyAsync(LogChunk[] chunks, CancellationToken cancellationToken)
    {
        // In the order of the keys, neighbours share the pages of the indexes, which the processor then has at hand.
        Array.Sort(chunks, static (one, other) => one.Conversation.Value.CompareTo(other.Conversation.Value));
        LogChunk[] open = Array.FindAll(chunks, chunk => !_server.Equals(chunk.PredecessorAt));
        return open.Length == 0 && chunks.Sum(chunk => chunk.Count) >= CopyEntries
            ? CopyAppend.RunAsync(Connection, chunks, cancellationToken)
            : _append.RunAsync(chunks, open, cancellationToken);
    }
}
