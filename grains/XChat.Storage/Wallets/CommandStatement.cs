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
        // In the order of their ids, so that two writers with the same ones wait for each other in the same order.
        (Guid Account, DecidedCommand Command)[] rows = [.. chunks.SelectMany(chunk => chunk.Commands.Select(command => (chunk.Account, command)))];
        Array.Sort(rows, static (one, other) => one.Command.Id.Value.CompareTo(other.Command.Id.Value));
        _ids.TypedValue = Array.ConvertAll(rows, static row => row.Command.Id.Value);
        _accounts.TypedValue = Array.ConvertAll(rows, static row => row.Account);
        _actors.TypedValue = Array.ConvertAll(rows, static row => row.Command.Actor);
        _hashes.TypedValue = Array.ConvertAll(rows, static row => row.Command.PayloadHash);
        _outcomes.TypedValue = Array.ConvertAll(rows, static row => (short)row.Command.Outcome);
        _transfers.TypedValue = Array.ConvertAll(rows, static row => (short)row.Command.Transfers.Count);
        _seqs.TypedValue = Array.ConvertAll(rows, static row => row.Command.Seq);
        _expires.TypedValue = Array.ConvertAll(rows, static row => LedgerRow.Time(row.Command.ExpiresAtMs));
        _created.TypedValue = Array.ConvertAll(rows, static row => EntryRow.Utc(row.Command.TimeMs));
        return _command;
    }
}
