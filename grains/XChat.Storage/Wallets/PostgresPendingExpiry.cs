using Npgsql;

using XChat.GrainInterfaces.Wallets;
using XChat.Grains.Wallets;
using XChat.Protocol.Wallets;

namespace XChat.Storage.Wallets;

/// <summary>
/// Pending transfers in PostgreSQL whose time is over. A row cannot stay locked while its wallet ends it, since that takes the row away; so a silo
/// puts off the rows that it takes, and a silo that dies leaves them to others after that.
/// </summary>
public sealed class PostgresPendingExpiry(NpgsqlDataSource database) : IPendingExpiry
{
    /// <inheritdoc/>
    public async Task<IReadOnlyList<DuePending>> TakeAsync(
        DateTimeOffset now, DateTimeOffset leaseUntil, int limit, CancellationToken cancellationToken)
    {
        const string Sql = """
            WITH due AS (
                SELECT transfer_id FROM ledger_pending
                WHERE due_at <= $1
                ORDER BY due_at
                LIMIT $3
                FOR UPDATE SKIP LOCKED),
            taken AS (
                UPDATE ledger_pending AS p SET due_at = $2 FROM due WHERE p.transfer_id = due.transfer_id
                RETURNING p.transfer_id, p.debit_account)
            SELECT t.transfer_id, a.kind, a.owner_id, a.currency FROM taken AS t JOIN ledger_account AS a ON a.account_id = t.debit_account
            """;

        await using NpgsqlCommand command = database.CreateCommand(Sql);
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = now.UtcDateTime });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = leaseUntil.UtcDateTime });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        List<DuePending> due = [];
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
        {
            due.Add(new DuePending(
                new TransferId(row.GetGuid(0)), new WalletKey((WalletKind)row.GetInt16(1), row.GetGuid(2), new Currency(row.GetString(3)))));
        }

        return due;
    }
}
