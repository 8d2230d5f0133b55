using Npgsql;

using XChat.Grains.Audit;

namespace XChat.Storage.Audit;

/// <summary>The operators' log in PostgreSQL.</summary>
public sealed class PostgresOperatorLog(NpgsqlDataSource database) : IOperatorLog
{
    private const string Columns = "seq, time_ms, operator, action, subject, detail, stage, previous_hash, hash";

    /// <inheritdoc/>
    public async Task<OperatorAction> AppendAsync(OperatorEntry entry, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // Appends are rare and each needs the one before: they take turns.
        const string LockSql = "LOCK TABLE operator_action IN EXCLUSIVE MODE";
        const string NewestSql = $"SELECT {Columns} FROM operator_action ORDER BY seq DESC LIMIT 1";
        const string InsertSql = $"INSERT INTO operator_action ({Columns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";

        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using (NpgsqlCommand turn = new(LockSql, connection, transaction))
        {
            await turn.ExecuteNonQueryAsync(cancellationToken);
        }

        OperatorAction? newest;
        await using (NpgsqlCommand read = new(NewestSql, connection, transaction))
        {
            newest = (await ReadRowsAsync(read, cancellationToken)).SingleOrDefault();
        }

        OperatorAction action = OperatorChain.Append(newest, entry, now.ToUnixTimeMilliseconds());
        await using NpgsqlCommand insert = new(InsertSql, connection, transaction);
        insert.Parameters.Add(new NpgsqlParameter<long> { TypedValue = action.Seq });
        insert.Parameters.Add(new NpgsqlParameter<long> { TypedValue = action.TimeMs });
        insert.Parameters.Add(new NpgsqlParameter<string> { TypedValue = entry.Operator });
        insert.Parameters.Add(new NpgsqlParameter<string> { TypedValue = entry.Action });
        insert.Parameters.Add(new NpgsqlParameter<string> { TypedValue = entry.Subject });
        insert.Parameters.Add(new NpgsqlParameter<string> { TypedValue = entry.Detail });
        insert.Parameters.Add(new NpgsqlParameter<short> { TypedValue = (short)entry.Stage });
        insert.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = action.PreviousHash });
        insert.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = action.Hash });
        await insert.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return action;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<OperatorAction>> ReadAsync(long after, int limit, CancellationToken cancellationToken)
    {
        const string Sql = $"SELECT {Columns} FROM operator_action WHERE seq > $1 ORDER BY seq LIMIT $2";

        await using NpgsqlCommand command = database.CreateCommand(Sql);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = after });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        return await ReadRowsAsync(command, cancellationToken);
    }

    private static async Task<List<OperatorAction>> ReadRowsAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        List<OperatorAction> actions = [];
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
        {
            OperatorEntry entry = new(row.GetString(2), row.GetString(3), row.GetString(4), row.GetString(5), (OperatorStage)row.GetInt16(6));
            actions.Add(new OperatorAction(
                row.GetInt64(0), row.GetInt64(1), entry, row.GetFieldValue<byte[]>(7), row.GetFieldValue<byte[]>(8)));
        }

        return actions;
    }
}
