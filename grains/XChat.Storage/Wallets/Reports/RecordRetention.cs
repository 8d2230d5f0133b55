using Npgsql;

namespace XChat.Storage.Wallets.Reports;

/// <summary>
/// How long which records about money, and which reported messages, are kept, and their removal afterwards. Nothing in which somebody under a legal hold
/// takes part is removed. What ends a message never touches any of this.
/// </summary>
public sealed class RecordRetention(NpgsqlDataSource database)
{
    /// <summary>The classes, shortest first. Those without statements are kept for good.</summary>
    public static IReadOnlyList<RetentionClass> Classes { get; } =
    [
        new(
            "requests",
            2,
            "payment requests and shares of bills, from their end on; what was paid is in the ledger",
            """
            FROM payment_request AS r
            WHERE r.expires_at < $1 AND NOT EXISTS (
                SELECT FROM legal_hold AS h WHERE h.lifted_at IS NULL
                    AND (h.user_id = r.requester_id OR h.user_id IN (SELECT s.user_id FROM payment_request_share AS s WHERE s.request_id = r.request_id)))
            """,
            """
            WITH gone AS (DELETE FROM payment_request_share WHERE request_id IN (SELECT r.request_id {0}))
            DELETE FROM payment_request WHERE request_id IN (SELECT r.request_id {0})
            """),
        new(
            "reports",
            2,
            "messages that were reported, the only ones that anybody at the server can read, from the report on",
            """
            FROM message_report AS r
            WHERE r.reported_at < $1 AND NOT EXISTS (
                SELECT FROM legal_hold AS h WHERE h.lifted_at IS NULL AND h.user_id IN (r.reporter_user, r.sender_user))
            """,
            "DELETE FROM message_report WHERE number IN (SELECT r.number {0})"),
        new(
            "cases",
            5,
            "screening cases, from their end on; one that confirmed somebody, for good",
            """
            FROM money_case AS c
            WHERE c.kind = 1 AND c.state = 2 AND c.closed_at < $1
                AND NOT EXISTS (SELECT FROM legal_hold AS h WHERE h.lifted_at IS NULL AND h.user_id = c.user_id)
            """,
            "DELETE FROM money_case WHERE case_id IN (SELECT c.case_id {0})"),
        new("ledger", 10, "transfers, commands, red packets and what operators did: at least so long; chained by hashes, and never removed", null, null),
    ];

    /// <summary>How many records of each class are due, and how many are due but held.</summary>
    public async Task<IReadOnlyList<RetentionDue>> FindDueAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        List<RetentionDue> due = [];
        foreach (RetentionClass kept in Classes)
        {
            long records = kept.Selection is null ? 0 : await CountAsync(kept, now, cancellationToken);
            due.Add(new RetentionDue(kept.Name, kept.Years, kept.Records, records));
        }

        return due;
    }

    /// <summary>Removes what is due, a class in a transaction. Returns what was removed.</summary>
    public async Task<IReadOnlyList<RetentionDue>> RemoveDueAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        List<RetentionDue> removed = [];
        foreach (RetentionClass kept in Classes.Where(kept => kept.Removal is not null))
        {
            await using NpgsqlCommand remove = database.CreateCommand(kept.Removal!.Replace("{0}", kept.Selection, StringComparison.Ordinal));
            remove.CommandTimeout = 0;
            remove.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = kept.Limit(now) });
            removed.Add(new RetentionDue(kept.Name, kept.Years, kept.Records, await remove.ExecuteNonQueryAsync(cancellationToken)));
        }

        return removed;
    }

    private async Task<long> CountAsync(RetentionClass kept, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand count = database.CreateCommand($"SELECT count(*) {kept.Selection}");
        count.CommandTimeout = 0;
        count.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = kept.Limit(now) });
        return (long)(await count.ExecuteScalarAsync(cancellationToken))!;
    }
}

/// <summary>Records that are kept equally long.</summary>
/// <param name="Name">What operators call the class.</param>
/// <param name="Years">How long at least.</param>
/// <param name="Records">What is in it, and from when on the years count.</param>
/// <param name="Selection">The due records, not under a hold; $1 is the moment up to which. Null: none are ever due.</param>
/// <param name="Removal">Removes them; {0} is the selection.</param>
public sealed record RetentionClass(string Name, int Years, string Records, string? Selection, string? Removal)
{
    internal DateTime Limit(DateTimeOffset now) => now.UtcDateTime.AddYears(-Years);
}

/// <summary>A class, and how many of its records are due or were removed.</summary>
public sealed record RetentionDue(string Name, int Years, string Records, long Due);
