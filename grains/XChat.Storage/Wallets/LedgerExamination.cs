using System.Data;

using Npgsql;

using XChat.Grains.GroupCommit;
using XChat.Grains.Wallets;
using XChat.Grains.Wallets.GroupCommit;
using XChat.Protocol.Wallets;
using XChat.Storage.Conversations;

namespace XChat.Storage.Wallets;

/// <summary>
/// Tells how chunks of a refused batch stand. A chunk goes in whole or not at all, so its last row tells whether it is there; and the hash in that
/// row covers all rows before it.
/// </summary>
internal sealed class LedgerExamination
{
    private readonly Dictionary<Guid, (long Seq, byte[] ChainHash, bool Frozen)> _accounts = [];
    private readonly Dictionary<Guid, (Guid Account, byte[] PayloadHash, WalletStatus Outcome, long Seq, DateTime CreatedAt)> _commands = [];
    private readonly Dictionary<Guid, (Guid Debit, long Seq, byte[] PreviousHash, DateTime CreatedAt)> _transfers = [];
    private readonly HashSet<Guid> _open = [];
    private readonly UsageExamination _usage;

    private LedgerExamination(UsageExamination usage) => _usage = usage;

    public static async Task<IReadOnlyList<ChunkStanding>> RunAsync(
        NpgsqlDataSource database, IReadOnlyList<LedgerChunk> chunks, CancellationToken cancellationToken)
    {
        LedgerExamination examination = new(await UsageExamination.RunAsync(database, chunks, cancellationToken));
        await examination.ReadAsync(database, chunks, cancellationToken);
        return [.. chunks.Select(examination.StandingOf)];
    }

    private async Task ReadAsync(NpgsqlDataSource database, IReadOnlyList<LedgerChunk> chunks, CancellationToken cancellationToken)
    {
        DecidedCommand[] commands = [.. chunks.SelectMany(chunk => chunk.Commands)];
        LedgerTransfer[] transfers = [.. commands.SelectMany(command => command.Transfers)];
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        await using NpgsqlBatch batch = new(connection, snapshot);
        Add(batch, "SELECT account_id, seq, chain_hash, frozen FROM ledger_account WHERE account_id = ANY ($1)", chunks.Select(chunk => chunk.Account));
        Add(
            batch,
            "SELECT command_id, account_id, payload_hash, outcome, seq, created_at FROM ledger_command WHERE command_id = ANY ($1)",
            commands.Select(command => command.Id.Value));
        Add(
            batch,
            "SELECT transfer_id, debit_account, seq, prev_hash, created_at FROM ledger_transfer WHERE transfer_id = ANY ($1)",
            transfers.Select(transfer => transfer.Id.Value));
        Add(batch, "SELECT transfer_id FROM ledger_pending WHERE transfer_id = ANY ($1)", transfers.Select(transfer => transfer.Pending.Value));
        await using NpgsqlDataReader rows = await batch.ExecuteReaderAsync(cancellationToken);
        await EachAsync(rows, row => _accounts.Add(row.GetGuid(0), (row.GetInt64(1), row.GetFieldValue<byte[]>(2), row.GetBoolean(3))), cancellationToken);
        await EachAsync(
            rows,
            row => _commands.Add(
                row.GetGuid(0), (row.GetGuid(1), row.GetFieldValue<byte[]>(2), (WalletStatus)row.GetInt16(3), row.GetInt64(4), row.GetDateTime(5))),
            cancellationToken);
        await EachAsync(
            rows,
            row => _transfers.Add(row.GetGuid(0), (row.GetGuid(1), row.GetInt64(2), row.GetFieldValue<byte[]>(3), row.GetDateTime(4))),
            cancellationToken);
        await EachAsync(rows, row => _open.Add(row.GetGuid(0)), cancellationToken);
    }

    private ChunkStanding StandingOf(LedgerChunk chunk)
    {
        if (chunk.Commands.All(IsKnown) && (LastOf(chunk) is not { } last || IsThere(last)))
        {
            return ChunkStanding.Written;
        }

        bool asDecided = !_accounts.TryGetValue(chunk.Account, out var account)
            || (account.Seq == chunk.Seq && account.ChainHash.AsSpan().SequenceEqual(chunk.ChainHash) && !(chunk.NeedsThawed && account.Frozen));
        LedgerTransfer[] transfers = [.. chunk.Commands.SelectMany(command => command.Transfers)];
        HashSet<TransferId> opened = [.. transfers.Where(transfer => transfer.Kind == TransferKind.Pending).Select(transfer => transfer.Id)];
        bool free = asDecided
            && !_usage.Forbids(chunk)
            && !chunk.Commands.Any(command => _commands.ContainsKey(command.Id.Value))
            && !transfers.Any(transfer => _transfers.ContainsKey(transfer.Id.Value))
            && transfers.All(transfer => transfer.Pending.IsEmpty || _open.Contains(transfer.Pending.Value) || opened.Contains(transfer.Pending));
        return free ? ChunkStanding.Open : ChunkStanding.Refused;

        bool IsKnown(DecidedCommand command) =>
            _commands.TryGetValue(command.Id.Value, out var known)
            && known.Account == chunk.Account && known.Seq == command.Seq && known.CreatedAt == EntryRow.Utc(command.TimeMs)
            // Another refusal of the same moment under the same id is not this one.
            && known.Outcome == command.Outcome && known.PayloadHash.AsSpan().SequenceEqual(command.PayloadHash);
    }

    private bool IsThere(LedgerTransfer transfer) =>
        _transfers.TryGetValue(transfer.Id.Value, out var known)
        && known.Debit == transfer.DebitAccount && known.Seq == transfer.Seq && known.CreatedAt == EntryRow.Utc(transfer.TimeMs)
        && known.PreviousHash.AsSpan().SequenceEqual(transfer.PreviousHash);

    private static LedgerTransfer? LastOf(LedgerChunk chunk) => chunk.Commands.SelectMany(command => command.Transfers).LastOrDefault();

    private static void Add(NpgsqlBatch batch, string sql, IEnumerable<Guid> ids) => batch.BatchCommands.Add(new NpgsqlBatchCommand(sql)
    {
        Parameters = { new NpgsqlParameter<Guid[]> { TypedValue = [.. ids] } },
    });

    private static async Task EachAsync(NpgsqlDataReader rows, Action<NpgsqlDataReader> take, CancellationToken cancellationToken)
    {
        while (await rows.ReadAsync(cancellationToken))
        {
            take(rows);
        }

        await rows.NextResultAsync(cancellationToken);
    }
}
