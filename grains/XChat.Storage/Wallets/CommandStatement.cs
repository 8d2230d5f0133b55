using Npgsql;

using NpgsqlTypes;

using XChat.Grains.Wallets;
using XChat.Storage.GroupCommit;

namespace XChat.Storage.Wallets;

/// <summary>Inserts the commands of a batch. An id that is taken already refuses the batch.</summary>
internal sealed class CommandStatement
{
    private static readonly string Sql = $"""
        INSERT INTO ledger_command (command_id, account_id, actor_id, payload_hash, outcome, transfers, seq, expires_at, created_at)
        SELECT c.command_id, ($2)[c.i], ($3)[c.i], {HashColumn.At("$4", "c.i")}, ($5)[c.i], ($6)[c.i], ($7)[c.i], nullif(($8)[c.i], '-infinity'), ($9)[c.i]
        FROM (SELECT n.command_id, n.place::integer AS i FROM unnest($1) WITH ORDINALITY AS n(command_id, place)) AS c
        """;

    private readonly Column<Guid> _ids = new(NpgsqlDbType.Uuid);
    private readonly Column<Guid> _accounts = new(NpgsqlDbType.Uuid);
    private readonly Column<Guid> _actors = new(NpgsqlDbType.Uuid);
    private readonly HashColumn _hashes = new();
    private readonly Column<short> _outcomes = new(NpgsqlDbType.Smallint);
    private readonly Column<short> _transfers = new(NpgsqlDbType.Smallint);
    private readonly Column<long> _seqs = new(NpgsqlDbType.Bigint);
    private readonly Column<long> _expires = new(NpgsqlDbType.TimestampTz, LedgerRow.NoTime);
    private readonly Column<long> _created = new(NpgsqlDbType.TimestampTz);
    private readonly RowStatement _statement;

    public CommandStatement() => _statement = new RowStatement(
        Sql, _ids, _accounts, _actors, _hashes, _outcomes, _transfers, _seqs, _expires, _created);

    public NpgsqlBatchCommand Fill(LedgerBatch batch)
    {
        _statement.Clear();
        foreach ((Guid account, DecidedCommand command) in batch.Commands)
        {
            _ids.Add(command.Id.Value);
            _accounts.Add(account);
            _actors.Add(command.Actor);
            _hashes.Add(command.PayloadHash);
            _outcomes.Add((short)command.Outcome);
            _transfers.Add((short)command.Transfers.Count);
            _seqs.Add(command.Seq);
            _expires.Add(LedgerRow.MicrosOrNone(command.ExpiresAtMs));
            _created.Add(LedgerRow.Micros(command.TimeMs));
        }

        return _statement.Command;
    }
}
