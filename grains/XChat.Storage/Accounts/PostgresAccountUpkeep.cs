using Npgsql;

using XChat.Grains.Accounts;
using XChat.Protocol.Accounts;

namespace XChat.Storage.Accounts;

/// <summary>The upkeep of accounts in PostgreSQL.</summary>
public sealed class PostgresAccountUpkeep(NpgsqlDataSource database) : IAccountUpkeep
{
    /// <inheritdoc/>
    public async Task<IReadOnlyList<UserId>> FindUnfinishedAsync(
        DateTimeOffset before, UserId after, int limit, CancellationToken cancellationToken)
    {
        const string Sql = """
            SELECT user_id FROM account
            WHERE (told_version < device_list_version OR revoked <> '{}') AND device_list_at < $1 AND user_id > $2
            ORDER BY user_id LIMIT $3
            """;

        await using NpgsqlCommand command = database.CreateCommand(Sql);
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = before.UtcDateTime });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = after.Value });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        List<UserId> users = [];
        await using NpgsqlDataReader rows = await command.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            users.Add(new UserId(rows.GetGuid(0)));
        }

        return users;
    }

    /// <inheritdoc/>
    public async Task<int> DropKeyPackagesAsync(DateTimeOffset now, DateTimeOffset usedBefore, int limit, CancellationToken cancellationToken)
    {
        // Rows that a claim or another silo's sweep holds are passed over.
        const string Sql = """
            WITH expired AS (
                SELECT ctid FROM key_package WHERE package IS NOT NULL AND not_after <= $1
                ORDER BY not_after LIMIT $3 FOR UPDATE SKIP LOCKED),
            used AS (
                SELECT ctid FROM key_package WHERE used_at < $2
                ORDER BY used_at LIMIT $3 FOR UPDATE SKIP LOCKED)
            DELETE FROM key_package
            WHERE ctid = ANY (ARRAY(SELECT ctid FROM expired UNION ALL SELECT ctid FROM used LIMIT $3))
            """;

        await using NpgsqlCommand command = database.CreateCommand(Sql);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = now.ToUnixTimeSeconds() });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = usedBefore.UtcDateTime });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
