using Npgsql;

using NpgsqlTypes;

using XChat.Grains.Wallets;
using XChat.Protocol.Accounts;
using XChat.Protocol.Wallets;

namespace XChat.Storage.Wallets;

/// <summary>
/// The outbox in PostgreSQL. Rows that are swept are locked while they are told: a silo that dies lets go of them, and another one tells them at once.
/// </summary>
public sealed class PostgresLedgerOutbox(NpgsqlDataSource database) : ILedgerOutbox
{
    /// <inheritdoc/>
    public async Task<int> RelayAsync(
        int limit,
        TimeSpan firstPause,
        Func<IReadOnlyList<OutboxRow>, Task<IReadOnlyList<bool>>> tell,
        CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        List<OutboxRow> rows = await LockAsync(connection, limit, cancellationToken);
        if (rows.Count == 0)
        {
            return 0;
        }

        await OutboxRows.SettleAsync(connection, rows, await tell(rows), firstPause, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return rows.Count;
    }

    /// <inheritdoc/>
    public async Task SettleAsync(
        IReadOnlyList<OutboxRow> rows, IReadOnlyList<bool> told, TimeSpan firstPause, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellationToken);
        await OutboxRows.SettleAsync(connection, rows, told, firstPause, cancellationToken);
    }

    /// <summary>Rows with where they lie: a row that is locked stays there.</summary>
    private static async Task<List<OutboxRow>> LockAsync(NpgsqlConnection connection, int limit, CancellationToken cancellationToken)
    {
        const string Sql = """
            SELECT o.ctid, o.transfer_id, o.currency, o.debit_user, o.credit_user, o.conversation_id, o.sender_device, o.card
            FROM ledger_outbox AS o
            WHERE o.due_at <= now()
            ORDER BY o.due_at, o.position
            LIMIT $1
            FOR UPDATE SKIP LOCKED
            """;

        await using NpgsqlCommand command = new(Sql, connection);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        await command.PrepareAsync(cancellationToken);
        List<OutboxRow> rows = [];
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
        {
            rows.Add(new OutboxRow(
                OutboxRows.PlaceOf(row.GetFieldValue<NpgsqlTid>(0)),
                new TransferId(row.GetGuid(1)),
                new Currency(row.GetString(2)),
                row.IsDBNull(3) ? null : new UserId(row.GetGuid(3)),
                row.IsDBNull(4) ? null : new UserId(row.GetGuid(4)),
                row.IsDBNull(5)
                    ? null
                    : new PaymentCard(row.GetGuid(5), new DeviceId(row.GetGuid(6)), row.IsDBNull(7) ? [] : row.GetFieldValue<byte[]>(7))));
        }

        return rows;
    }
}
