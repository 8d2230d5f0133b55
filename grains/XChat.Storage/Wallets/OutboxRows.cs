using System.Globalization;

using Npgsql;

using NpgsqlTypes;

using XChat.Grains.Wallets;

namespace XChat.Storage.Wallets;

/// <summary>
/// Takes rows away from the outbox, or puts them off. They are found by where they lie and known by their transfer: should another row have come to lie there
/// meanwhile, it is let alone.
/// </summary>
internal static class OutboxRows
{
    /// <summary>The pause doubles this often: to five minutes, from one second.</summary>
    private const int Doublings = 8;

    private const int OffsetBits = 16;

    private const string Found = "ctid = ANY ($1::text[]::tid[]) AND transfer_id = ANY ($2)";

    public static OutboxPlace PlaceOf(NpgsqlTid place) => new(((long)place.BlockNumber << OffsetBits) | place.OffsetNumber);

    /// <summary>That they were told need not survive a crash of the server, so nobody waits for the disk: they would be told again.</summary>
    public static async Task SettleAsync(
        NpgsqlConnection connection, IReadOnlyList<OutboxRow> rows, IReadOnlyList<bool> told, TimeSpan firstPause, CancellationToken cancellationToken)
    {
        await using NpgsqlBatch batch = new(connection);
        batch.BatchCommands.Add(new NpgsqlBatchCommand("SELECT set_config('synchronous_commit', 'off', true)"));
        if (told.Contains(true))
        {
            Add(batch, $"DELETE FROM ledger_outbox WHERE {Found}", [.. rows.Where((_, index) => told[index])]);
        }

        if (told.Contains(false))
        {
            const string PutOffSql = $"""
                UPDATE ledger_outbox SET attempts = attempts + 1, due_at = clock_timestamp() + $3 * power(2, least(attempts, $4)) WHERE {Found}
                """;

            Add(batch, PutOffSql, [.. rows.Where((_, index) => !told[index])]);
            batch.BatchCommands[^1].Parameters.Add(new NpgsqlParameter<TimeSpan> { TypedValue = firstPause });
            batch.BatchCommands[^1].Parameters.Add(new NpgsqlParameter<int> { TypedValue = Doublings });
        }

        await batch.PrepareAsync(cancellationToken);
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    private static void Add(NpgsqlBatch batch, string sql, OutboxRow[] rows) => batch.BatchCommands.Add(new NpgsqlBatchCommand(sql)
    {
        Parameters =
        {
            // Npgsql writes no arrays of places.
            new NpgsqlParameter<string[]> { TypedValue = Array.ConvertAll(rows, static row => TextOf(row.Place)) },
            new NpgsqlParameter<Guid[]> { TypedValue = Array.ConvertAll(rows, static row => row.Transfer.Value) },
        },
    });

    private static string TextOf(OutboxPlace place) =>
        string.Create(CultureInfo.InvariantCulture, $"({place.Value >> OffsetBits},{place.Value & ushort.MaxValue})");
}
