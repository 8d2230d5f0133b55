using Npgsql;

using NpgsqlTypes;

using XChat.GrainInterfaces.Conversations;
using XChat.Grains.Conversations.GroupCommit;
using XChat.Grains.GroupCommit;

namespace XChat.Storage.Conversations;

/// <summary>
/// One statement, one round trip, one transaction for the application messages of many conversations. The predecessor of each chunk that is not known
/// to follow one has to be there, or nothing is inserted; the unique keys refuse a place or an id that is taken.
/// </summary>
internal sealed class AppendStatement : IAsyncDisposable
{
    // The predecessors are looked up by a scalar subquery, because the planner cannot turn that into a join that reads the whole table.
    private const string AppendSql = """
        INSERT INTO conversation_entry
            (conversation_id, seq, kind, message_id, sender_user, sender_device, epoch, created_at, expires_at, payload)
        SELECT e.conversation_id, e.seq, 1, e.message_id, e.sender_user, e.sender_device, e.epoch, e.created_at, e.expires_at, e.payload
        FROM unnest($3, $4, $5, $6, $7, $8, $9, $10, $11)
            AS e(conversation_id, seq, message_id, sender_user, sender_device, epoch, created_at, expires_at, payload)
        WHERE NOT EXISTS (
            SELECT FROM unnest($1, $2) AS c(conversation_id, previous)
            WHERE (
                SELECT p.seq FROM conversation_entry AS p WHERE p.conversation_id = c.conversation_id AND p.seq = c.previous) IS NULL)
        """;

    private readonly NpgsqlCommand _command;
    private readonly NpgsqlParameter<Guid[]> _chunks = ArrayOf<Guid>(NpgsqlDbType.Uuid);
    private readonly NpgsqlParameter<long[]> _previous = ArrayOf<long>(NpgsqlDbType.Bigint);
    private readonly NpgsqlParameter<Guid[]> _conversations = ArrayOf<Guid>(NpgsqlDbType.Uuid);
    private readonly NpgsqlParameter<long[]> _seqs = ArrayOf<long>(NpgsqlDbType.Bigint);
    private readonly NpgsqlParameter<Guid[]> _messages = ArrayOf<Guid>(NpgsqlDbType.Uuid);
    private readonly NpgsqlParameter<Guid[]> _users = ArrayOf<Guid>(NpgsqlDbType.Uuid);
    private readonly NpgsqlParameter<Guid[]> _devices = ArrayOf<Guid>(NpgsqlDbType.Uuid);
    private readonly NpgsqlParameter<long[]> _epochs = ArrayOf<long>(NpgsqlDbType.Bigint);
    private readonly NpgsqlParameter<DateTime[]> _created = ArrayOf<DateTime>(NpgsqlDbType.TimestampTz);
    private readonly NpgsqlParameter<DateTime?[]> _expires = ArrayOf<DateTime?>(NpgsqlDbType.TimestampTz);
    private readonly NpgsqlParameter<byte[][]> _payloads = ArrayOf<byte[]>(NpgsqlDbType.Bytea);

    private AppendStatement(NpgsqlConnection connection)
    {
        _command = new NpgsqlCommand(AppendSql, connection)
        {
            Parameters =
            {
                _chunks, _previous, _conversations, _seqs, _messages, _users, _devices, _epochs, _created, _expires, _payloads,
            },
        };
    }

    public static async Task<AppendStatement> PrepareAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        AppendStatement statement = new(connection);
        await statement._command.PrepareAsync(cancellationToken);
        return statement;
    }

    /// <summary>Writes chunks in this order, all or none, once the predecessors of those that are <paramref name="open"/> have been found.</summary>
    public async Task<BatchWrite> RunAsync(LogChunk[] chunks, LogChunk[] open, CancellationToken cancellationToken)
    {
        _chunks.TypedValue = Array.ConvertAll(open, chunk => chunk.Conversation.Value);
        _previous.TypedValue = Array.ConvertAll(open, chunk => chunk.FirstSeq - 1);
        int count = chunks.Sum(chunk => chunk.Count);
        Fill(chunks, count);
        return await _command.ExecuteNonQueryAsync(cancellationToken) == count ? BatchWrite.Written : BatchWrite.Refused;
    }

    public ValueTask DisposeAsync() => _command.DisposeAsync();

    private void Fill(LogChunk[] chunks, int count)
    {
        Allocate(count);
        int row = 0;
        foreach (LogChunk chunk in chunks)
        {
            for (int index = 0; index < chunk.Count; index++)
            {
                Put(row++, chunk.Conversation.Value, chunk.Entries[index]);
            }
        }
    }

    private void Allocate(int count)
    {
        _conversations.TypedValue = new Guid[count];
        _seqs.TypedValue = new long[count];
        _messages.TypedValue = new Guid[count];
        _users.TypedValue = new Guid[count];
        _devices.TypedValue = new Guid[count];
        _epochs.TypedValue = new long[count];
        _created.TypedValue = new DateTime[count];
        _expires.TypedValue = new DateTime?[count];
        _payloads.TypedValue = new byte[count][];
    }

    private void Put(int row, Guid conversation, LogEntry entry)
    {
        _conversations.TypedValue![row] = conversation;
        _seqs.TypedValue![row] = entry.Seq;
        _messages.TypedValue![row] = entry.Message.Value;
        _users.TypedValue![row] = entry.Sender.User.Value;
        _devices.TypedValue![row] = entry.Sender.Device.Value;
        _epochs.TypedValue![row] = entry.Epoch;
        _created.TypedValue![row] = EntryRow.Utc(entry.TimeMs);
        _expires.TypedValue![row] = entry.ExpiresAtMs == 0 ? null : EntryRow.Utc(entry.ExpiresAtMs);
        _payloads.TypedValue![row] = entry.Payload;
    }

    private static NpgsqlParameter<T[]> ArrayOf<T>(NpgsqlDbType element) => new() { NpgsqlDbType = NpgsqlDbType.Array | element };
}
