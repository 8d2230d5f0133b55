using Npgsql;

namespace XChat.RailSim;

/// <summary>The webhooks that are still to be sent, and where to.</summary>
internal sealed class SimEvents(NpgsqlDataSource database, TimeProvider time)
{
    private const int Attempts = 20;

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    /// <summary>The address; null when none was named.</summary>
    public async Task<Uri?> FindAddressAsync(CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = database.CreateCommand("SELECT url FROM webhook");
        return await command.ExecuteScalarAsync(cancellationToken) is string url ? new Uri(url) : null;
    }

    public async Task NameAddressAsync(Uri url, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = database.CreateCommand(
            "INSERT INTO webhook (url) VALUES ($1) ON CONFLICT (sole) DO UPDATE SET url = excluded.url");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = url.AbsoluteUri });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>What is due, in the order in which it happened.</summary>
    public async Task<IReadOnlyList<DueEvent>> ReadDueAsync(TimeSpan delay, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = database.CreateCommand(
            "SELECT event, id, body, attempts FROM event WHERE due_at <= $1 ORDER BY event LIMIT 100");
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = Now - delay });
        List<DueEvent> due = [];
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
        {
            due.Add(new DueEvent(row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetInt32(3)));
        }

        return due;
    }

    /// <summary>Notes that one was sent, or was not taken: it is sent again after a pause that grows, and given up after twenty times.</summary>
    public async Task NoteAsync(DueEvent sent, bool taken, CancellationToken cancellationToken)
    {
        TimeSpan pause = TimeSpan.FromSeconds(Math.Min(Math.Pow(2, sent.Attempts), 300));
        await using NpgsqlCommand command = database.CreateCommand("UPDATE event SET attempts = attempts + 1, due_at = $2 WHERE event = $1");
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = sent.Event });
        command.Parameters.Add(new NpgsqlParameter
        {
            NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.TimestampTz,
            Value = taken || sent.Attempts + 1 >= Attempts ? DBNull.Value : Now + pause,
        });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
