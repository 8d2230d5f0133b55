using System.Data;

using Npgsql;

using XChat.Storage.Wallets.Verification;

namespace XChat.Storage.Diagnosis;

/// <summary>What a rail has had to do here, as far as the database can tell.</summary>
/// <param name="Rail">Its name.</param>
/// <param name="Late">Payments that a silo should have looked after by now, and has not for a while.</param>
/// <param name="Contradicted">Payments of which the rail says what cannot be true beside what was booked.</param>
/// <param name="LastDay">The last day that is over and whose statement was read; null for none.</param>
/// <param name="Unread">Payments whose last change is of a day that is over and whose statement was not read.</param>
/// <param name="OldestUnread">When the first of those changed; null for none.</param>
/// <param name="TestMoney">Whether deposits were booked that only a test mode of the rail can have made.</param>
public sealed record RailState(
    string Rail, long Late, long Contradicted, DateOnly? LastDay, long Unread, DateTimeOffset? OldestUnread, bool TestMoney);

/// <summary>Looks into a database for those who move money over rails. It only reads.</summary>
public sealed class RailDiagnosis(NpgsqlDataSource database)
{
    /// <summary>What is known of each rail that ever had a payment or a statement. Late is what was due before that moment.</summary>
    public async Task<IReadOnlyList<RailState>> ReadAsync(DateTimeOffset lateBefore, CancellationToken cancellationToken)
    {
        // Payments that were refused here never reached the rail, and no statement has them. Stripe names what its test mode made.
        const string Sql = """
            WITH rail AS (SELECT DISTINCT rail FROM rail_payment UNION SELECT DISTINCT rail FROM rail_statement),
            stated AS (SELECT rail, max(day) AS day FROM rail_statement WHERE final GROUP BY rail)
            SELECT r.rail, (SELECT s.day FROM stated AS s WHERE s.rail = r.rail),
                count(*) FILTER (WHERE p.due_at < $1), count(*) FILTER (WHERE p.contradicted),
                count(*) FILTER (WHERE unread), min(p.changed_at) FILTER (WHERE unread),
                coalesce(bool_or(p.kind = 1 AND p.ledger = 2 AND p.reference LIKE 'cs\_test\_%'), false)
            FROM rail AS r LEFT JOIN LATERAL (
                SELECT *, stage = 3 AND ledger <> 4 AND (changed_at AT TIME ZONE 'UTC')::date < (now() AT TIME ZONE 'UTC')::date
                    AND (changed_at AT TIME ZONE 'UTC')::date > coalesce((SELECT s.day FROM stated AS s WHERE s.rail = r.rail), DATE '1970-01-01') AS unread
                FROM rail_payment AS p WHERE p.rail = r.rail) AS p ON true
            GROUP BY r.rail ORDER BY r.rail
            """;

        await using NpgsqlCommand command = database.CreateCommand(Sql);
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = lateBefore.UtcDateTime });
        List<RailState> rails = [];
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
        {
            rails.Add(new RailState(
                row.GetString(0), row.GetInt64(2), row.GetInt64(3), row.IsDBNull(1) ? null : row.GetFieldValue<DateOnly>(1), row.GetInt64(4),
                row.IsDBNull(5) ? null : new DateTimeOffset(row.GetDateTime(5)), row.GetBoolean(6)));
        }

        return rails;
    }

    /// <summary>Whether operators have put somebody under the rules of a jurisdiction.</summary>
    public async Task<bool> HasJurisdictionsAsync(CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = database.CreateCommand("SELECT EXISTS (SELECT FROM wallet_holder WHERE jurisdiction <> '')");
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }

    /// <summary>
    /// Where books, payments and statements of days that are over say different things, each in words: the first of them, and how many there are.
    /// </summary>
    public async Task<(IReadOnlyList<string> First, long Count)> FindBreaksAsync(int limit, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        List<string> first = [];
        long count = 0;
        await foreach (string broken in new RailCheck().FindAsync(connection, cancellationToken))
        {
            count++;
            if (first.Count < limit)
            {
                first.Add(broken);
            }
        }

        return (first, count);
    }
}
