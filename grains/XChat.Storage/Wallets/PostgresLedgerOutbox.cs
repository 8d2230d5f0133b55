using Npgsql;

using NpgsqlTypes;

using XChat.Grains.Wallets;
using XChat.Protocol.Accounts;
using XChat.Protocol.Wallets;

namespace XChat.Storage.Wallets;

/// <summary>
/// The outbox in PostgreSQL. Rows are locked while they are told: a silo that dies lets go of them, and another one tells them at once. That they
/// were told need not survive a crash of the server, so nobody waits for the disk: they would be told again.
/// </summary>
public sealed class PostgresLedgerOutbox(NpgsqlDataSource database) : ILedgerOutbox
{
    /// <summary>The pause doubles this often: to five minutes, from one second.</summary>
    private const int Doublings = 8;

    /// <inheritdoc/>
    public async Task<int> RelayAsync(
        int limit,
        TimeSpan firstPause,
        Func<IReadOnlyList<OutboxRow>, Task<IReadOnlyList<bool>>> tell,
        CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        (List<NpgsqlTid> places, List<OutboxRow> rows) = await LockAsync(connection, limit, cancellationToken);
        if (rows.Count == 0)
        {
            return 0;
        }

        IReadOnlyList<bool> told = await tell(rows);
        await using NpgsqlBatch batch = new(connection, transaction);
        batch.BatchCommands.Add(new NpgsqlBatchCommand("SET LOCAL synchronous_commit = off"));
        Add(batch, "DELETE FROM ledger_outbox WHERE ctid = ANY ($1::text[]::tid[])", places.Where((_, index) => told[index]));
        if (told.Contains(false))
        {
            const string PutOffSql = """
                UPDATE ledger_outbox SET attempts = attempts + 1, due_at = clock_timestamp() + $2 * power(2, least(attempts, $3))
                WHERE ctid = ANY ($1::text[]::tid[])
                """;

            Add(batch, PutOffSql, places.Where((_, index) => !told[index]));
            batch.BatchCommands[^1].Parameters.Add(new NpgsqlParameter<TimeSpan> { TypedValue = firstPause });
            batch.BatchCommands[^1].Parameters.Add(new NpgsqlParameter<int> { TypedValue = Doublings });
        }

        await batch.PrepareAsync(cancellationToken);
        await batch.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return rows.Count;
    }

    /// <summary>Rows with where they lie: a row that is locked stays there.</summary>
    private static async Task<(List<NpgsqlTid> Places, List<OutboxRow> Rows)> LockAsync(
        NpgsqlConnection connection, int limit, CancellationToken cancellationToken)
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
        List<NpgsqlTid> places = [];
        List<OutboxRow> rows = [];
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
        {
            places.Add(row.GetFieldValue<NpgsqlTid>(0));
            rows.Add(new OutboxRow(
                new TransferId(row.GetGuid(1)),
                new Currency(row.GetString(2)),
                row.IsDBNull(3) ? null : new UserId(row.GetGuid(3)),
                row.IsDBNull(4) ? null : new UserId(row.GetGuid(4)),
                row.IsDBNull(5)
                    ? null
                    : new PaymentCard(row.GetGuid(5), new DeviceId(row.GetGuid(6)), row.IsDBNull(7) ? [] : row.GetFieldValue<byte[]>(7))));
        }

        return (places, rows);
    }

    private static void Add(NpgsqlBatch batch, string sql, IEnumerable<NpgsqlTid> places) => batch.BatchCommands.Add(new NpgsqlBatchCommand(sql)
    {
        Parameters = { new NpgsqlParameter<string[]> { TypedValue = [.. places.Select(place => place.ToString())] } },
    });
}
