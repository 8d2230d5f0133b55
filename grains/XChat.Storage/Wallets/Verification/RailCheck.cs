using System.Runtime.CompilerServices;

using Npgsql;

using XChat.GrainInterfaces.Wallets;

namespace XChat.Storage.Wallets.Verification;

/// <summary>
/// Rails reconcile to zero, as far as the database alone can tell: what moved between people and a rail is what its payments say, and what its statements
/// say of days that are over.
/// </summary>
internal sealed class RailCheck : ILedgerCheck
{
    /// <inheritdoc/>
    public string Name => "rails";

    /// <inheritdoc/>
    public string Rule => "What moved over a rail is what its payments have settled and returned, and what the rail's statements of days that are over say.";

    /// <inheritdoc/>
    public async IAsyncEnumerable<string> FindAsync(NpgsqlConnection snapshot, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string[] rails = await RailsAsync(snapshot, cancellationToken);
        foreach (string sql in (string[])[Booked, Stated])
        {
            await using NpgsqlCommand command = new(sql, snapshot) { CommandTimeout = 0 };
            command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = rails });
            command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. rails.Select(RailWallet.OwnerOf)] });
            await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
            while (await row.ReadAsync(cancellationToken))
            {
                yield return row.GetString(0);
            }
        }
    }

    private const string Moved = """
        WITH rail AS (SELECT * FROM unnest($1, $2) AS r (rail, owner_id)),
        side AS (
            SELECT r.rail, t.reference, t.currency, t.amount, t.kind FROM ledger_transfer AS t
            JOIN ledger_account AS a ON a.account_id = t.debit_account AND a.kind = 5 JOIN rail AS r USING (owner_id)
            UNION ALL
            SELECT r.rail, t.reference, t.currency, -t.amount, t.kind FROM ledger_transfer AS t
            JOIN ledger_account AS a ON a.account_id = t.credit_account AND a.kind = 5 JOIN rail AS r USING (owner_id)),
        moved AS (
            SELECT rail, reference AS payment_id, currency, sum(amount)::bigint AS amount FROM side WHERE kind IN (1, 3) GROUP BY rail, reference, currency)
        """;

    // Between a transfer and the row that says it is done lies a moment: both the step before and the one under way are in order.
    private const string Booked = Moved + """
        SELECT format('rail %s, payment %s: %s %s moved, and the payment says %s',
            coalesce(m.rail, p.rail), coalesce(m.payment_id::text, 'none'), coalesce(m.amount, 0), coalesce(m.currency, p.currency), p.done)
        FROM moved AS m
        FULL JOIN (
            SELECT *, CASE WHEN ledger = 2 THEN (amount - reversed) * side ELSE 0 END AS done,
                CASE WHEN ledger = 2 THEN (amount - returned) * side WHEN stage = 3 AND ledger IN (0, 1) THEN amount * side ELSE 0 END AS next
            FROM (SELECT *, CASE kind WHEN 1 THEN 1 ELSE -1 END AS side FROM rail_payment) AS sided) AS p
            ON p.payment_id = m.payment_id AND p.rail = m.rail AND p.currency = m.currency
        WHERE p.payment_id IS NULL OR coalesce(m.amount, 0) NOT IN (p.done, p.next)
        """;

    private const string Stated = Moved + """
        , final AS (SELECT rail, max(day) AS day FROM rail_statement WHERE final GROUP BY rail),
        said AS (
            SELECT l.rail, coalesce(l.payment_id, '00000000-0000-0000-0000-000000000000') AS payment_id, l.currency, sum(l.amount)::bigint AS amount
            FROM rail_statement_line AS l JOIN final AS f ON f.rail = l.rail AND l.day <= f.day GROUP BY 1, 2, 3)
        SELECT format('rail %s, payment %s: the statements say %s %s, and %s moved',
            coalesce(s.rail, m.rail), coalesce(s.payment_id, m.payment_id), coalesce(s.amount, 0), coalesce(s.currency, m.currency), coalesce(m.amount, 0))
        FROM said AS s
        FULL JOIN moved AS m ON m.rail = s.rail AND m.payment_id = s.payment_id AND m.currency = s.currency
        JOIN final AS f ON f.rail = coalesce(s.rail, m.rail)
        LEFT JOIN rail_payment AS p ON p.payment_id = coalesce(s.payment_id, m.payment_id)
        WHERE coalesce(s.amount, 0) <> coalesce(m.amount, 0)
            AND (p.payment_id IS NULL OR (p.changed_at AT TIME ZONE 'UTC')::date <= f.day AND p.changed_at < now() - interval '1 hour')
        """;

    private static async Task<string[]> RailsAsync(NpgsqlConnection snapshot, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = new("SELECT rail FROM rail_payment UNION SELECT rail FROM rail_statement", snapshot) { CommandTimeout = 0 };
        List<string> rails = [];
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
        {
            rails.Add(row.GetString(0));
        }

        return [.. rails];
    }
}
