using Npgsql;

using XChat.GrainInterfaces.Wallets;
using XChat.Protocol.Accounts;
using XChat.Protocol.Wallets;
using XChat.Storage.Conversations;

namespace XChat.Storage.Wallets;

/// <summary>Finds a transfer with its two accounts and, if it was pending, what ended it.</summary>
internal static class TransferLookup
{
    public static async Task<TransferStanding?> RunAsync(NpgsqlDataSource database, TransferId transfer, CancellationToken cancellationToken)
    {
        const string Sql = """
            SELECT t.kind, t.reason, d.kind, d.owner_id, c.kind, c.owner_id, t.currency, t.amount, t.seq, t.created_at, t.expires_at,
                t.pending_id, t.reference, t.conversation_id, r.kind, r.amount, r.created_at, o.actor_id
            FROM ledger_transfer AS t
            JOIN ledger_account AS d ON d.account_id = t.debit_account
            JOIN ledger_account AS c ON c.account_id = t.credit_account
            LEFT JOIN ledger_transfer AS r ON r.pending_id = t.transfer_id
            LEFT JOIN ledger_command AS o ON o.command_id = r.command_id
            WHERE t.transfer_id = $1
            """;

        await using NpgsqlCommand command = database.CreateCommand(Sql);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = transfer.Value });
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        if (!await row.ReadAsync(cancellationToken))
        {
            return null;
        }

        Currency currency = new(row.GetString(6));
        TransferKind resolution = row.IsDBNull(14) ? TransferKind.Unspecified : (TransferKind)row.GetInt16(14);
        return new TransferStanding(
            transfer,
            (TransferKind)row.GetInt16(0),
            (TransferReason)row.GetInt16(1),
            new WalletKey((WalletKind)row.GetInt16(2), row.GetGuid(3), currency),
            new WalletKey((WalletKind)row.GetInt16(4), row.GetGuid(5), currency),
            row.GetInt64(7),
            row.GetInt64(8),
            EntryRow.UnixMs(row.GetDateTime(9)),
            row.IsDBNull(10) ? 0 : EntryRow.UnixMs(row.GetDateTime(10)),
            new TransferId(Id(row, 11)),
            Id(row, 12),
            Id(row, 13),
            resolution,
            resolution == TransferKind.PostPending ? row.GetInt64(15) : 0,
            resolution == TransferKind.Unspecified ? 0 : EntryRow.UnixMs(row.GetDateTime(16)),
            new UserId(Id(row, 17)));
    }

    private static Guid Id(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? Guid.Empty : row.GetGuid(column);
}
