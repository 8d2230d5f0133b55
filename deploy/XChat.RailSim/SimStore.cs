using System.Globalization;
using System.Text.Json;

using Npgsql;

namespace XChat.RailSim;

/// <summary>
/// The rail's own books, in its own database. An event is written in the transaction of what it tells, so that none is told that did not happen.
/// </summary>
internal sealed class SimStore(NpgsqlDataSource database, TimeProvider time)
{
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private const string Columns = "id, reference, kind, amount, currency, destination, state, returned, failure";

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        const string Sql = """
            SELECT pg_advisory_xact_lock(hashtext('xchat-rail-sim'));
            CREATE TABLE IF NOT EXISTS payment (
                id uuid PRIMARY KEY,
                reference text NOT NULL UNIQUE,
                kind text NOT NULL CHECK (kind IN ('deposit', 'withdrawal')),
                amount bigint NOT NULL CHECK (amount > 0),
                currency text NOT NULL CHECK (length(currency) = 3),
                destination text NOT NULL,
                state text NOT NULL CHECK (state IN ('pending', 'settled', 'failed')),
                returned bigint NOT NULL DEFAULT 0 CHECK (returned BETWEEN 0 AND amount AND (returned = 0 OR state = 'settled')),
                failure text NOT NULL DEFAULT '',
                settle_at timestamptz NOT NULL);
            CREATE INDEX IF NOT EXISTS payment_pending ON payment (settle_at) WHERE state = 'pending';
            CREATE TABLE IF NOT EXISTS statement_line (
                line bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                day date NOT NULL,
                payment_id uuid NOT NULL REFERENCES payment,
                kind text NOT NULL,
                amount bigint NOT NULL CHECK (amount <> 0),
                booked_at timestamptz NOT NULL);
            CREATE INDEX IF NOT EXISTS statement_line_day ON statement_line (day);
            CREATE TABLE IF NOT EXISTS event (
                event bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                id text NOT NULL UNIQUE,
                body text NOT NULL,
                attempts integer NOT NULL DEFAULT 0,
                due_at timestamptz);
            CREATE INDEX IF NOT EXISTS event_due ON event (due_at) WHERE due_at IS NOT NULL;
            CREATE TABLE IF NOT EXISTS webhook (sole boolean PRIMARY KEY DEFAULT true CHECK (sole), url text NOT NULL);
            """;

        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using NpgsqlCommand command = new(Sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Takes an order once; the payment that has its id, and whether this call made it.</summary>
    public async Task<(SimPayment Payment, bool Made)> OrderAsync(SimOrder order, TimeSpan settleAfter, CancellationToken cancellationToken)
    {
        const string Insert = $"""
            INSERT INTO payment (id, reference, kind, amount, currency, destination, state, settle_at)
            VALUES ($1, 'sim_' || replace($1::text, '-', ''), $2, $3, $4, $5, 'pending', $6)
            ON CONFLICT (id) DO NOTHING
            RETURNING {Columns}
            """;

        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        SimPayment? made = await OneAsync(
            connection, Insert, cancellationToken,
            order.Id, order.Kind!, long.Parse(order.Amount!, CultureInfo.InvariantCulture), order.Currency!, order.Destination!, Now + settleAfter);
        if (made is not null)
        {
            await TellAsync(connection, "payment.created", made, cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return made is not null ? (made, true) : ((await FindAsync(order.Id, cancellationToken))!, false);
    }

    public async Task<SimPayment?> FindAsync(Guid payment, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellationToken);
        return await OneAsync(connection, $"SELECT {Columns} FROM payment WHERE id = $1", cancellationToken, payment);
    }

    /// <summary>Ends one payment whose time has come: settled with a line in the statement, or failed. False: none is due.</summary>
    public async Task<bool> SettleOneAsync(bool fail, CancellationToken cancellationToken)
    {
        const string Update = $"""
            UPDATE payment
            SET state = CASE WHEN $2 OR destination LIKE 'fail%' THEN 'failed' ELSE 'settled' END,
                failure = CASE WHEN $2 OR destination LIKE 'fail%' THEN 'the other bank refused' ELSE '' END
            WHERE id = (SELECT id FROM payment WHERE state = 'pending' AND settle_at <= $1 ORDER BY settle_at LIMIT 1 FOR UPDATE SKIP LOCKED)
            RETURNING {Columns}
            """;

        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (await OneAsync(connection, Update, cancellationToken, Now, fail) is not { } payment)
        {
            return false;
        }

        if (payment.State == "settled")
        {
            long amount = long.Parse(payment.Amount, CultureInfo.InvariantCulture);
            await BookAsync(connection, payment, payment.Kind, payment.Kind == "deposit" ? amount : -amount, cancellationToken);
        }

        await TellAsync(connection, $"payment.{payment.State}", payment, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    /// <summary>Takes a settled payment back, all that is left of it or a part. Null: there is none, it is not settled, or has less left.</summary>
    public async Task<SimPayment?> ReturnAsync(Guid id, long? minorUnits, CancellationToken cancellationToken)
    {
        const string Update = $"""
            UPDATE payment SET returned = returned + coalesce($2, amount - returned)
            WHERE id = $1 AND state = 'settled' AND returned < amount AND coalesce($2, 1) BETWEEN 1 AND amount - returned
            RETURNING {Columns}
            """;

        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        long before = await OneAsync(connection, $"SELECT {Columns} FROM payment WHERE id = $1 FOR UPDATE", cancellationToken, id) is { } known
            ? long.Parse(known.Returned, CultureInfo.InvariantCulture)
            : 0;
        if (await OneAsync(connection, Update, cancellationToken, id, minorUnits) is not { } payment)
        {
            return null;
        }

        long back = long.Parse(payment.Returned, CultureInfo.InvariantCulture) - before;
        await BookAsync(connection, payment, payment.Kind + "_return", payment.Kind == "deposit" ? -back : back, cancellationToken);
        await TellAsync(connection, "payment.returned", payment, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return payment;
    }

    public async Task<SimStatement> ReadStatementAsync(DateOnly day, CancellationToken cancellationToken)
    {
        const string Balances = """
            SELECT p.currency, coalesce(sum(l.amount) FILTER (WHERE l.day < $1), 0)::bigint, sum(l.amount)::bigint
            FROM statement_line AS l JOIN payment AS p ON p.id = l.payment_id WHERE l.day <= $1 GROUP BY p.currency ORDER BY p.currency
            """;
        const string Lines = """
            SELECT l.line, l.payment_id, p.reference, l.kind, l.amount, p.currency, l.booked_at
            FROM statement_line AS l JOIN payment AS p ON p.id = l.payment_id WHERE l.day = $1 ORDER BY l.line
            """;

        bool final = day < DateOnly.FromDateTime(Now);
        List<SimBalance> balances = [];
        await using (NpgsqlCommand command = Command(database.CreateCommand(Balances), day))
        {
            await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
            while (await row.ReadAsync(cancellationToken))
            {
                balances.Add(new SimBalance(row.GetString(0), Digits(row.GetInt64(1)), Digits(row.GetInt64(2))));
            }
        }

        List<SimLine> lines = [];
        await using (NpgsqlCommand command = Command(database.CreateCommand(Lines), day))
        {
            await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
            while (await row.ReadAsync(cancellationToken))
            {
                lines.Add(new SimLine(
                    row.GetInt64(0), row.GetGuid(1), row.GetString(2), row.GetString(3), Digits(row.GetInt64(4)), row.GetString(5), row.GetDateTime(6)));
            }
        }

        return new SimStatement(day, final, balances, lines);
    }

    private async Task BookAsync(NpgsqlConnection connection, SimPayment payment, string kind, long amount, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = Command(
            new NpgsqlCommand("INSERT INTO statement_line (day, payment_id, kind, amount, booked_at) VALUES ($1, $2, $3, $4, $5)", connection),
            DateOnly.FromDateTime(Now), payment.Id, kind, amount, Now);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task TellAsync(NpgsqlConnection connection, string type, SimPayment payment, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = Command(
            new NpgsqlCommand("INSERT INTO event (id, body, due_at) VALUES ('msg_' || replace(gen_random_uuid()::text, '-', ''), $1, $2)", connection),
            JsonSerializer.Serialize(new SimEventBody(type, payment), Json), Now);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<SimPayment?> OneAsync(
        NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params object?[] values)
    {
        await using NpgsqlCommand command = Command(new NpgsqlCommand(sql, connection), values);
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        return await row.ReadAsync(cancellationToken)
            ? new SimPayment(
                row.GetGuid(0), row.GetString(1), row.GetString(2), Digits(row.GetInt64(3)), row.GetString(4), row.GetString(5), row.GetString(6),
                Digits(row.GetInt64(7)), row.GetString(8))
            : null;
    }

    private static NpgsqlCommand Command(NpgsqlCommand command, params object?[] values)
    {
        foreach (object? value in values)
        {
            // Only the part of a payment that is taken back may be left open.
            command.Parameters.Add(value is null
                ? new NpgsqlParameter { NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Bigint, Value = DBNull.Value }
                : new NpgsqlParameter { Value = value });
        }

        return command;
    }

    private static string Digits(long number) => number.ToString(CultureInfo.InvariantCulture);
}
