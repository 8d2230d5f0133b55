using Npgsql;

namespace XChat.Storage.Wallets.Reports;

/// <summary>
/// What is owed to people, and whether as much is held for them, in each currency. It is counted from the transfers themselves, as of any moment, in one
/// statement, beside the running silos.
/// </summary>
public sealed class SafeguardingReport(NpgsqlDataSource database)
{
    /// <summary>Everything that was posted before a moment.</summary>
    public async Task<IReadOnlyList<SafeguardingLine>> RunAsync(DateTimeOffset moment, CancellationToken cancellationToken)
    {
        const string Sql = """
            SELECT currency,
                coalesce(sum(moved) FILTER (WHERE kind = 1), 0)::bigint, coalesce(sum(moved) FILTER (WHERE kind = 2), 0)::bigint,
                coalesce(sum(moved) FILTER (WHERE kind = 3), 0)::bigint, coalesce(sum(moved) FILTER (WHERE kind = 4), 0)::bigint,
                coalesce(sum(moved) FILTER (WHERE kind = 5), 0)::bigint, coalesce(sum(moved) FILTER (WHERE kind = 6), 0)::bigint
            FROM (
                SELECT t.currency, a.kind, CASE WHEN a.account_id = t.credit_account THEN t.amount ELSE -t.amount END AS moved
                FROM ledger_transfer AS t
                JOIN ledger_account AS a ON a.account_id IN (t.debit_account, t.credit_account)
                WHERE t.kind IN (1, 3) AND t.created_at < $1) AS movements
            GROUP BY currency
            ORDER BY currency
            """;

        await using NpgsqlCommand command = database.CreateCommand(Sql);
        command.CommandTimeout = 0;
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = moment.UtcDateTime });
        List<SafeguardingLine> lines = [];
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
        {
            lines.Add(new SafeguardingLine(
                row.GetString(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4), row.GetInt64(5), row.GetInt64(6)));
        }

        return lines;
    }
}

/// <summary>One currency, in minor units. What rails hold is negative in the ledger: the other side of what they brought in.</summary>
/// <param name="Currency">ISO 4217.</param>
/// <param name="People">In people's wallets.</param>
/// <param name="RedPackets">In red packets, on the way to people.</param>
/// <param name="Escrow">Held for people, such as withdrawals under way.</param>
/// <param name="Fees">The operator's own.</param>
/// <param name="Rails">The rails' accounts.</param>
/// <param name="Clearing">Advanced by the operator when negative, such as provisional credits.</param>
public sealed record SafeguardingLine(string Currency, long People, long RedPackets, long Escrow, long Fees, long Rails, long Clearing)
{
    /// <summary>What people could ask for.</summary>
    public long Owed => checked(People + RedPackets + Escrow);

    /// <summary>What has come in over rails and is still there.</summary>
    public long Held => checked(-Rails);

    /// <summary>What has to be added by the operator so that everything owed is held; negative: what is the operator's to take.</summary>
    public long Shortfall => checked(Owed - Held);

    /// <summary>Whether every amount is accounted for: what is held is what is owed, the fees, and what was advanced.</summary>
    public bool Balances => Owed + Fees + Clearing == Held;
}
