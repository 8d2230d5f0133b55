using System.Diagnostics;

using Npgsql;

namespace XChat.Load.Transfers;

/// <summary>
/// Ceiling (b): what PostgreSQL does with the rows of many transfers in one transaction when nothing is decided and nobody asks. Connections own
/// disjoint payers, so each knows the ends of its chains; payees are anyone's. The tables are those of <see cref="SqlLedger"/>.
/// </summary>
public sealed class BareLedger(LoadDatabase database, int accounts)
{
    private readonly Guid[] _ids = new Guid[accounts + 1];
    private readonly byte[][] _ends = new byte[accounts + 1][];
    private readonly long[] _seqs = new long[accounts + 1];

    /// <summary>So many transfers a commit, on so many connections.</summary>
    public async Task PayAsync(
        Measure measure, int transfersPerCommit, int connections, bool hot, TimeSpan duration, CancellationToken cancellationToken)
    {
        await ReadEndsAsync(measure, cancellationToken);
        await Task.WhenAll(Enumerable.Range(0, connections).Select(owner => Task.Run(
            async () =>
            {
                await using NpgsqlConnection connection = await OpenAsync(cancellationToken);
                await using BareTransfers transfers = new(connection);
                while (!measure.IsOver(duration))
                {
                    long begun = Stopwatch.GetTimestamp();
                    transfers.Clear();
                    for (int index = 0; index < transfersPerCommit; index++)
                    {
                        Add(transfers, owner, connections, hot);
                    }

                    await transfers.WriteAsync(cancellationToken);
                    measure.Add(begun, transfersPerCommit);
                }
            },
            cancellationToken)));
    }

    private void Add(BareTransfers transfers, int owner, int connections, bool hot)
    {
        int payer = 1 + (Random.Shared.Next(accounts / connections) * connections) + owner;
        int payee = hot ? SqlLedger.Hot : 1 + ((payer + Random.Shared.Next(accounts - 1)) % accounts);
        _ends[payer] = transfers.Add(_ids[payer], ++_seqs[payer], _ends[payer], _ids[payee]);
    }

    /// <summary>The ends of the chains: others have written between two slices. The slice begins after that.</summary>
    private async Task ReadEndsAsync(Measure measure, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = database.Connections.CreateCommand(
            "SELECT n.number, a.account_id, a.seq, a.chain_hash FROM generate_series(0, $1) AS n(number) "
            + "JOIN load_account AS a ON a.account_id = load_account_id(n.number)");
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = accounts });
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
        {
            int number = row.GetInt32(0);
            (_ids[number], _seqs[number], _ends[number]) = (row.GetGuid(1), row.GetInt64(2), row.GetFieldValue<byte[]>(3));
        }

        measure.Start();
    }

    private async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken)
    {
        NpgsqlConnection connection = await database.Connections.OpenConnectionAsync(cancellationToken);
        await using NpgsqlCommand command = new("SET enable_seqscan = off", connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
        return connection;
    }
}
