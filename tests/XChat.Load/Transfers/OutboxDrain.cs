using Npgsql;

using XChat.Testing;

namespace XChat.Load.Transfers;

/// <summary>
/// What transfers leave to be told. Telling goes on beside the load and takes its share of the machine there; what is left at the end of a slice is
/// told before the next one begins, and measured on its own.
/// </summary>
public sealed class OutboxDrain(LoadDatabase database)
{
    public const string Name = "telling what was left in the outbox";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Measure _measure = new(Name);

    private bool _any;

    /// <summary>Rows told after the slices, a second; the latencies are those of whole drains. Null: nothing was left after any of them.</summary>
    public Measurement? Result => _any ? _measure.Result() : null;

    /// <summary>Waits until everything is told.</summary>
    public async Task SettleAsync()
    {
        long rows = await CountAsync();
        if (rows == 0)
        {
            return;
        }

        _any = true;
        _measure.Start();
        long begun = System.Diagnostics.Stopwatch.GetTimestamp();
        await Eventually.HoldsAsync(async () => !await AnyAsync(), CancellationToken.None, Patience, what: "the outbox is empty");
        _measure.Add(begun, (int)rows);
        _measure.Stop();
    }

    private async Task<long> CountAsync()
    {
        await using NpgsqlCommand command = database.Connections.CreateCommand("SELECT count(*) FROM ledger_outbox");
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private async Task<bool> AnyAsync()
    {
        await using NpgsqlCommand command = database.Connections.CreateCommand("SELECT EXISTS (SELECT FROM ledger_outbox)");
        return (bool)(await command.ExecuteScalarAsync())!;
    }
}
