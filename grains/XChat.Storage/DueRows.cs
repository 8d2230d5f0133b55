using Npgsql;

using NpgsqlTypes;

namespace XChat.Storage;

/// <summary>Rows whose time has come, taken by one silo until its lease is over.</summary>
internal static class DueRows
{
    /// <summary>When a row is due, as a parameter; null for never.</summary>
    public static NpgsqlParameter At(DateTimeOffset? time) =>
        new() { NpgsqlDbType = NpgsqlDbType.TimestampTz, Value = time is { } at ? at.UtcDateTime : DBNull.Value };

    /// <summary>
    /// Runs a statement that takes at most $3 rows due at $1 and puts them off until $2, passing over those that another silo is taking. It answers their ids.
    /// </summary>
    public static async Task<IReadOnlyList<Guid>> TakeAsync(
        NpgsqlDataSource database, string sql, DateTimeOffset now, DateTimeOffset leaseUntil, int limit, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = database.CreateCommand(sql);
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = now.UtcDateTime });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = leaseUntil.UtcDateTime });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        List<Guid> due = [];
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
        {
            due.Add(row.GetGuid(0));
        }

        return due;
    }
}
