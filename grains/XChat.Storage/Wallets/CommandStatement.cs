using Npgsql;

using NpgsqlTypes;

using XChat.Grains.Wallets;
using XChat.Grains.Wallets.GroupCommit;
using XChat.Storage.Conversations;
using XChat.Storage.GroupCommit;

namespace XChat.Storage.Wallets;

/// <summary>Inserts the commands of a batch. An id that is taken already refuses the batch.</summary>
internal sealed class CommandStatement
{
    private const string Sql = """
        INSERT INTO ledger_command (command_id, account_id, actor_id, payload_hash, outcome, transfers, seq, expires_at, created_at)
        SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9)
        """;

    private readonly NpgsqlParameter<Guid[]> _ids = ArrayParameter.Of<Guid>(NpgsqlDbType.Uuid);
    private readonly NpgsqlParameter<Guid[]> _accounts = ArrayParameter.Of<Guid>(NpgsqlDbType.Uuid);
    private readonly NpgsqlParameter<Guid[]> _actors = ArrayParameter.Of<Guid>(NpgsqlDbType.Uuid);
    private readonly NpgsqlParameter<byte[][]> _hashes = ArrayParameter.Of<byte[]>(NpgsqlDbType.Bytea);
    private readonly NpgsqlParameter<short[]> _outcomes = ArrayParameter.Of<short>(NpgsqlDbType.Smallint);
    private readonly NpgsqlParameter<short[]> _transfers = ArrayParameter.Of<short>(NpgsqlDbType.Smallint);
    private readonly NpgsqlParameter<long[]> _seqs = ArrayParameter.Of<long>(NpgsqlDbType.Bigint);
    private readonly NpgsqlParameter<DateTime?[]> _expires = ArrayParameter.Of<DateTime?>(NpgsqlDbType.TimestampTz);
    private readonly NpgsqlParameter<DateTime[]> _created = ArrayParameter.Of<DateTime>(NpgsqlDbType.TimestampTz);
    private readonly NpgsqlBatchCommand _command;

    public CommandStatement() => _command = new NpgsqlBatchCommand(Sql)
    {
        Parameters = { _ids, _accounts, _actors, _hashes, _outcomes, _transfers, _seqs, _expires, _created },
    };

    public NpgsqlBatchCommand Fill(IReadOnlyList<LedgerChunk> chunks)
    {
        DecidedCommand[] commands = [.. chunks.SelectMany(chunk => chunk.Commands)];
        _ids.TypedValue = [.. commands.Select(command => command.Id.Value)];
        _accounts.TypedValue = [.. chunks.SelectMany(chunk => chunk.Commands.Select(_ => chunk.Account))];
        _actors.TypedValue = [.. commands.Select(command => command.Actor)];
        _hashes.TypedValue = [.. commands.Select(command => command.PayloadHash)];
        _outcomes.TypedValue = [.. commands.Select(command => (short)command.Outcome)];
        _transfers.TypedValue = [.. commands.Select(command => (short)command.Transfers.Count)];
        _seqs.TypedValue = [.. commands.Select(command => command.Seq)];
        _expires.TypedValue = [.. commands.Select(command => LedgerRow.Time(command.ExpiresAtMs))];
        _created.TypedValue = [.. commands.Select(command => EntryRow.Utc(command.TimeMs))];
        return _command;
    }
}
