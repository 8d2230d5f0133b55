using System.Data;

using Npgsql;

using XChat.GrainInterfaces.Wallets;
using XChat.Grains.Wallets.Rails;
using XChat.Protocol.Wallets;

namespace XChat.Storage.Wallets;

/// <summary>Statements of rails in PostgreSQL.</summary>
public sealed class PostgresRailStatementStore(NpgsqlDataSource database) : IRailStatementStore
{
    /// <inheritdoc/>
    public async Task<DateOnly?> FindNextDayAsync(string rail, CancellationToken cancellationToken)
    {
        const string Sql = """
            SELECT coalesce(
                (SELECT max(day) + 1 FROM rail_statement WHERE rail = $1 AND final),
                (SELECT (min(created_at) AT TIME ZONE 'UTC')::date FROM rail_payment WHERE rail = $1))
            """;

        await using NpgsqlCommand command = database.CreateCommand(Sql);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = rail });
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        return await row.ReadAsync(cancellationToken) && !row.IsDBNull(0) ? row.GetFieldValue<DateOnly>(0) : null;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> KeepAsync(RailStatement statement, DateTimeOffset readAt, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        IReadOnlyList<string> changed = await KeepLinesAsync(connection, statement, cancellationToken);
        await KeepBalancesAsync(connection, statement, readAt, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return changed;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<RailComparison>> CompareAsync(string rail, int limit, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        List<RailComparison> all = [];
        foreach (Currency currency in await CurrenciesAsync(connection, rail, cancellationToken))
        {
            all.Add(await CompareAsync(connection, rail, currency, limit, cancellationToken));
        }

        return all;
    }

    private static async Task<IReadOnlyList<string>> KeepLinesAsync(
        NpgsqlConnection connection, RailStatement statement, CancellationToken cancellationToken)
    {
        const string Sql = """
            WITH told AS (
                SELECT * FROM unnest($3::text[], $4::uuid[], $5::text[], $6::bigint[]) AS t (line, payment_id, currency, amount)),
            kept AS (
                INSERT INTO rail_statement_line (rail, line, day, currency, payment_id, amount)
                SELECT $1, line, $2, currency, payment_id, amount FROM told
                ON CONFLICT (rail, line) DO NOTHING)
            SELECT l.line FROM rail_statement_line AS l JOIN told AS t ON t.line = l.line
            WHERE l.rail = $1 AND (l.day, l.currency, l.payment_id, l.amount) IS DISTINCT FROM ($2, t.currency, t.payment_id, t.amount)
            UNION ALL
            SELECT l.line FROM rail_statement_line AS l
            WHERE l.rail = $1 AND l.day = $2 AND NOT EXISTS (SELECT FROM told AS t WHERE t.line = l.line)
            """;

        await using NpgsqlCommand command = new(Sql, connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = statement.Rail });
        command.Parameters.Add(new NpgsqlParameter<DateOnly> { TypedValue = statement.Day });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. statement.Lines.Select(line => line.Line)] });
        command.Parameters.Add(new NpgsqlParameter<Guid?[]>
        {
            TypedValue = [.. statement.Lines.Select(line => line.Payment == Guid.Empty ? (Guid?)null : line.Payment)],
        });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. statement.Lines.Select(line => line.Currency.Code)] });
        command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. statement.Lines.Select(line => line.MinorUnits)] });
        List<string> changed = [];
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
        {
            changed.Add(row.GetString(0));
        }

        return changed;
    }

    private static async Task KeepBalancesAsync(
        NpgsqlConnection connection, RailStatement statement, DateTimeOffset readAt, CancellationToken cancellationToken)
    {
        const string Sql = """
            INSERT INTO rail_statement (rail, day, currency, opening, closing, final, read_at)
            SELECT $1, $2, t.currency, coalesce(t.opening, lines.opening), coalesce(t.closing, lines.closing), $3, $4
            FROM unnest($5::text[], $6::bigint[], $7::bigint[]) AS t (currency, opening, closing)
            CROSS JOIN LATERAL (
                SELECT coalesce(sum(amount) FILTER (WHERE day < $2), 0)::bigint AS opening, coalesce(sum(amount), 0)::bigint AS closing
                FROM rail_statement_line WHERE rail = $1 AND day <= $2 AND currency = t.currency) AS lines
            ON CONFLICT (rail, day, currency) DO UPDATE
            SET opening = excluded.opening, closing = excluded.closing, final = excluded.final, read_at = excluded.read_at
            """;

        await using NpgsqlCommand command = new(Sql, connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = statement.Rail });
        command.Parameters.Add(new NpgsqlParameter<DateOnly> { TypedValue = statement.Day });
        command.Parameters.Add(new NpgsqlParameter<bool> { TypedValue = statement.Final });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = readAt.UtcDateTime });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. statement.Balances.Select(balance => balance.Currency.Code)] });
        command.Parameters.Add(new NpgsqlParameter<long?[]> { TypedValue = [.. statement.Balances.Select(balance => balance.Opening)] });
        command.Parameters.Add(new NpgsqlParameter<long?[]> { TypedValue = [.. statement.Balances.Select(balance => balance.Closing)] });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<IReadOnlyList<Currency>> CurrenciesAsync(NpgsqlConnection connection, string rail, CancellationToken cancellationToken)
    {
        const string Sql = """
            SELECT currency FROM rail_payment WHERE rail = $1
            UNION SELECT currency FROM rail_statement_line WHERE rail = $1
            UNION SELECT currency FROM ledger_account WHERE kind = 5 AND owner_id = $2
            ORDER BY currency
            """;

        await using NpgsqlCommand command = new(Sql, connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = rail });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = RailWallet.OwnerOf(rail) });
        List<Currency> currencies = [];
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
        {
            currencies.Add(new Currency(row.GetString(0)));
        }

        return currencies;
    }

    private static async Task<RailComparison> CompareAsync(
        NpgsqlConnection connection, string rail, Currency currency, int limit, CancellationToken cancellationToken)
    {
        // What has just changed, or has a step before it, is still being worked on; a day is more than any lost webhook takes.
        const string Sql = """
            WITH said AS (
                SELECT coalesce(payment_id, '00000000-0000-0000-0000-000000000000') AS payment_id, sum(amount) AS amount
                FROM rail_statement_line WHERE rail = $1 AND currency = $2 GROUP BY 1),
            booked AS (
                SELECT coalesce(reference, '00000000-0000-0000-0000-000000000000') AS payment_id,
                    sum(CASE WHEN debit_account = $3 THEN amount ELSE -amount END) AS amount
                FROM ledger_transfer WHERE (debit_account = $3 OR credit_account = $3) AND kind IN (1, 3) GROUP BY 1),
            compared AS (
                SELECT payment_id, coalesce(s.amount, 0)::bigint AS said, coalesce(b.amount, 0)::bigint AS booked
                FROM said AS s FULL JOIN booked AS b USING (payment_id)),
            broken AS (
                SELECT c.*, CASE
                    WHEN p.payment_id IS NULL OR p.rail <> $1 OR p.currency <> $2 THEN 4
                    WHEN p.contradicted THEN 2
                    WHEN p.changed_at > now() - interval '5 minutes' THEN 1
                    WHEN (p.ledger IN (0, 1) OR p.reversed < p.returned) AND p.changed_at > now() - interval '1 day' THEN 1
                    ELSE 3 END AS kind
                FROM compared AS c LEFT JOIN rail_payment AS p USING (payment_id)
                WHERE c.said <> c.booked OR p.contradicted)
            SELECT (SELECT coalesce(sum(said), 0)::bigint FROM compared), (SELECT coalesce(sum(booked), 0)::bigint FROM compared),
                (SELECT count(*) FROM broken), b.payment_id, b.kind, b.said, b.booked
            FROM (SELECT 1) AS one LEFT JOIN (SELECT * FROM broken ORDER BY kind DESC, payment_id LIMIT $4) AS b ON true
            """;

        await using NpgsqlCommand command = new(Sql, connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = rail });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = currency.Code });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = RailWallet.Of(rail, currency).ToAccountId() });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        (long Rail, long Ledger, long Count) totals = default;
        List<RailBreak> breaks = [];
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
        {
            totals = (row.GetInt64(0), row.GetInt64(1), row.GetInt64(2));
            if (!row.IsDBNull(3))
            {
                breaks.Add(new RailBreak(row.GetGuid(3), (RailBreakKind)row.GetInt32(4), row.GetInt64(5), row.GetInt64(6)));
            }
        }

        return new RailComparison(currency, totals.Rail, totals.Ledger, totals.Count, breaks);
    }
}
