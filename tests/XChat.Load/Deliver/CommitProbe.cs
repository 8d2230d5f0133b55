using System.Diagnostics;

using Npgsql;

namespace XChat.Load.Deliver;

/// <summary>What a commit takes while a load runs: one row at a time, on one connection beside the product's, some times a second.</summary>
public sealed class CommitProbe(LoadDatabase database)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    /// <summary>Gathers into a measure until it is told to stop.</summary>
    public async Task RunAsync(Measure measure, int payloadBytes, CancellationToken stop)
    {
        await database.ExecuteAsync("CREATE TABLE load_probe (number bigint PRIMARY KEY, payload bytea NOT NULL)", CancellationToken.None);
        await using NpgsqlConnection connection = await database.Connections.OpenConnectionAsync(CancellationToken.None);
        await using NpgsqlCommand command = new("INSERT INTO load_probe VALUES ($1, $2)", connection);
        NpgsqlParameter<long> number = new();
        command.Parameters.Add(number);
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = new byte[payloadBytes] });
        measure.Start();
        while (!stop.IsCancellationRequested)
        {
            number.TypedValue++;
            long begun = Stopwatch.GetTimestamp();
            await command.ExecuteNonQueryAsync(CancellationToken.None);
            measure.Add(begun);
            await Task.Delay(Pause, CancellationToken.None);
        }

        measure.Stop();
    }
}
