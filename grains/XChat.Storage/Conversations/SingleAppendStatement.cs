using Npgsql;

using NpgsqlTypes;

using XChat.GrainInterfaces.Conversations;
using XChat.Grains.Conversations.GroupCommit;
using XChat.Grains.GroupCommit;

namespace XChat.Storage.Conversations;

/// <summary>
/// What <see cref="AppendStatement"/> does, for a batch of one message. While a server has time to spare that is most of them, and to unpack
/// arrays costs more than to insert one row.
/// </summary>
internal sealed class SingleAppendStatement : IAsyncDisposable
{
    private const string AppendSql = """
        INSERT INTO conversation_entry
            (conversation_id, seq, kind, message_id, sender_user, sender_device, epoch, created_at, expires_at, payload)
        SELECT $1, $2, 1, $4, $5, $6, $7, $8, $9, $10
        WHERE EXISTS (SELECT FROM conversation_entry AS p WHERE p.conversation_id = $1 AND p.seq = $3)
        """;

    private readonly NpgsqlCommand _command;
    private readonly NpgsqlParameter<Guid> _conversation = new();
    private readonly NpgsqlParameter<long> _seq = new();
    private readonly NpgsqlParameter<long> _previous = new();
    private readonly NpgsqlParameter<Guid> _message = new();
    private readonly NpgsqlParameter<Guid> _user = new();
    private readonly NpgsqlParameter<Guid> _device = new();
    private readonly NpgsqlParameter<long> _epoch = new();
    private readonly NpgsqlParameter<DateTime> _created = new() { NpgsqlDbType = NpgsqlDbType.TimestampTz };
    private readonly NpgsqlParameter<DateTime?> _expires = new() { NpgsqlDbType = NpgsqlDbType.TimestampTz };
    private readonly NpgsqlParameter<byte[]> _payload = new() { NpgsqlDbType = NpgsqlDbType.Bytea };

    private SingleAppendStatement(NpgsqlConnection connection)
    {
        _command = new NpgsqlCommand(AppendSql, connection)
        {
            Parameters = { _conversation, _seq, _previous, _message, _user, _device, _epoch, _created, _expires, _payload },
        };
    }

    public static async Task<SingleAppendStatement> PrepareAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        SingleAppendStatement statement = new(connection);
        await statement._command.PrepareAsync(cancellationToken);
        return statement;
    }

    /// <summary>Writes a chunk that holds one entry.</summary>
    public async Task<BatchWrite> RunAsync(LogChunk chunk, CancellationToken cancellationToken)
    {
        LogEntry entry = chunk.Entries[0];
        _conversation.TypedValue = chunk.Conversation.Value;
        _seq.TypedValue = entry.Seq;
        _previous.TypedValue = entry.Seq - 1;
        _message.TypedValue = entry.Message.Value;
        _user.TypedValue = entry.Sender.User.Value;
        _device.TypedValue = entry.Sender.Device.Value;
        _epoch.TypedValue = entry.Epoch;
        _created.TypedValue = EntryRow.Utc(entry.TimeMs);
        _expires.TypedValue = entry.ExpiresAtMs == 0 ? null : EntryRow.Utc(entry.ExpiresAtMs);
        _payload.TypedValue = entry.Payload;
        return await _command.ExecuteNonQueryAsync(cancellationToken) == 1 ? BatchWrite.Written : BatchWrite.Refused;
    }

    public ValueTask DisposeAsync() => _command.DisposeAsync();
}
