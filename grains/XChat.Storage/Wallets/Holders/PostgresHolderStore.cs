using Npgsql;

using XChat.GrainInterfaces.Wallets;
using XChat.Grains.Wallets.Holders;
using XChat.Protocol.Accounts;
using XChat.Protocol.Wallets;
using XChat.Storage.Conversations;

namespace XChat.Storage.Wallets.Holders;

/// <summary>Holders and their counted windows in PostgreSQL.</summary>
public sealed class PostgresHolderStore(NpgsqlDataSource database) : IHolderStore
{
    /// <inheritdoc/>
    public async Task<IReadOnlyList<StoredHolder>> FindAsync(IReadOnlyList<UserId> users, CancellationToken cancellationToken)
    {
        const string Sql = "SELECT user_id, jurisdiction, tier, blocked, version FROM wallet_holder WHERE user_id = ANY ($1)";

        await using NpgsqlCommand command = database.CreateCommand(Sql);
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. users.Select(user => user.Value)] });
        Dictionary<UserId, StoredHolder> found = [];
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
        {
            UserId user = new(row.GetGuid(0));
            found[user] = new StoredHolder(user, row.GetString(1), row.GetString(2), row.GetBoolean(3), row.GetInt64(4));
        }

        return [.. users.Select(user => found.GetValueOrDefault(user) ?? StoredHolder.Unknown(user))];
    }

    /// <inheritdoc/>
    public async Task<bool> TrySetAsync(StoredHolder holder, long nowMs, CancellationToken cancellationToken)
    {
        // Whoever commits a transfer holds its accounts' rows; behind their lock the counts are of one moment.
        const string LockSql = "SELECT FROM ledger_account WHERE owner_id = $1 AND kind = 1 ORDER BY account_id FOR UPDATE";
        const string SetSql = """
            INSERT INTO wallet_holder AS h (user_id, jurisdiction, tier, blocked, version) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (user_id) DO UPDATE SET
                jurisdiction = excluded.jurisdiction, tier = excluded.tier, blocked = excluded.blocked, version = excluded.version, updated_at = now()
            WHERE h.version = excluded.version - 1
            """;

        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        await ExecuteAsync(connection, LockSql, [new NpgsqlParameter<Guid> { TypedValue = holder.User.Value }], cancellationToken);
        int set = await ExecuteAsync(
            connection,
            SetSql,
            [
                new NpgsqlParameter<Guid> { TypedValue = holder.User.Value },
                new NpgsqlParameter<string> { TypedValue = holder.Jurisdiction },
                new NpgsqlParameter<string> { TypedValue = holder.Tier },
                new NpgsqlParameter<bool> { TypedValue = holder.Blocked },
                new NpgsqlParameter<long> { TypedValue = holder.Version },
            ],
            cancellationToken);
        if (set == 0)
        {
            return false;
        }

        await CountAsync(connection, holder.User, nowMs, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<UsageRow>> ReadUsageAsync(
        IReadOnlyList<Guid> accounts, MoneyDirection direction, CancellationToken cancellationToken)
    {
        const string Sql = "SELECT account_id, period, starts_on, amount, transfers FROM wallet_usage WHERE account_id = ANY ($1) AND direction = $2";

        await using NpgsqlCommand command = database.CreateCommand(Sql);
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. accounts] });
        command.Parameters.Add(new NpgsqlParameter<short> { TypedValue = (short)direction });
        List<UsageRow> rows = [];
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
        {
            UsageKey key = new(row.GetGuid(0), direction, (LimitWindow)row.GetInt16(1));
            rows.Add(new UsageRow(key, row.GetInt32(2), row.GetInt64(3), row.GetInt64(4)));
        }

        return rows;
    }

    /// <summary>Counts anew from the transfers, which reasons as in <see cref="TermsRules"/>.</summary>
    private static async Task CountAsync(NpgsqlConnection connection, UserId user, long nowMs, CancellationToken cancellationToken)
    {
        const string DropSql = """
            DELETE FROM wallet_usage WHERE account_id IN (SELECT account_id FROM ledger_account WHERE owner_id = $1 AND kind = 1)
            """;
        const string CountSql = """
            INSERT INTO wallet_usage (account_id, direction, period, starts_on, amount, transfers)
            SELECT a.account_id, d.direction, p.period::smallint, wallet_window_start(p.period::smallint, $2), sum(t.amount), count(*)
            FROM ledger_account AS a
            CROSS JOIN (VALUES (1::smallint), (2::smallint)) AS d(direction)
            CROSS JOIN generate_series(1, 3) AS p(period)
            CROSS JOIN LATERAL (
                SELECT o.amount, o.created_at FROM ledger_transfer AS o
                WHERE d.direction = 1 AND o.debit_account = a.account_id AND o.kind IN (1, 2) AND o.reason = ANY ($3)
                UNION ALL
                SELECT i.amount, i.created_at FROM ledger_transfer AS i
                WHERE d.direction = 2 AND i.credit_account = a.account_id AND i.kind IN (1, 3) AND i.reason = ANY ($4)) AS t
            WHERE a.owner_id = $1 AND a.kind = 1
                AND wallet_window_start(p.period::smallint, t.created_at) >= wallet_window_start(p.period::smallint, $2)
            GROUP BY 1, 2, 3
            """;

        await ExecuteAsync(connection, DropSql, [new NpgsqlParameter<Guid> { TypedValue = user.Value }], cancellationToken);
        await ExecuteAsync(
            connection,
            CountSql,
            [
                new NpgsqlParameter<Guid> { TypedValue = user.Value },
                new NpgsqlParameter<DateTime> { TypedValue = EntryRow.Utc(nowMs) },
                new NpgsqlParameter<short[]> { TypedValue = ReasonsOf(TermsRules.IsRuledOut) },
                new NpgsqlParameter<short[]> { TypedValue = ReasonsOf(TermsRules.IsRuledIn) },
            ],
            cancellationToken);
    }

    private static short[] ReasonsOf(Func<TransferReason, bool> ruled) =>
        [.. Enum.GetValues<TransferReason>().Where(ruled).Select(reason => (short)reason)];

    private static async Task<int> ExecuteAsync(
        NpgsqlConnection connection, string sql, NpgsqlParameter[] parameters, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = new(sql, connection);
        command.Parameters.AddRange(parameters);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
