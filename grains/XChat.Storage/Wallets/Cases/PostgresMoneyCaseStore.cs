using Npgsql;

using XChat.GrainInterfaces.Wallets;
using XChat.Grains.Wallets.Cases;
using XChat.Grains.Wallets.Screening;
using XChat.Protocol.Accounts;
using XChat.Storage.Conversations;

namespace XChat.Storage.Wallets.Cases;

/// <summary>Cases in PostgreSQL.</summary>
public sealed class PostgresMoneyCaseStore(NpgsqlDataSource database) : IMoneyCaseStore
{
    private const string Columns = "case_id, kind, user_id, subject, detail, state, opened_at, closed_at";

    /// <inheritdoc/>
    public async Task<MoneyCase> OpenAsync(MoneyCase opened, CancellationToken cancellationToken)
    {
        const string InsertSql = """
            INSERT INTO money_case (case_id, kind, user_id, subject, detail, state, opened_at) VALUES ($1, $2, $3, $4, $5, 1, $6)
            ON CONFLICT (user_id, kind, subject) DO NOTHING
            """;
        const string FindSql = $"SELECT {Columns} FROM money_case WHERE user_id = $1 AND kind = $2 AND subject = $3";

        await using NpgsqlCommand insert = database.CreateCommand(InsertSql);
        insert.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = opened.Case });
        insert.Parameters.Add(new NpgsqlParameter<short> { TypedValue = (short)opened.Kind });
        insert.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = opened.User.Value });
        insert.Parameters.Add(new NpgsqlParameter<string> { TypedValue = opened.Subject });
        insert.Parameters.Add(new NpgsqlParameter<string> { TypedValue = opened.Detail });
        insert.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = EntryRow.Utc(opened.OpenedAtMs) });
        await insert.ExecuteNonQueryAsync(cancellationToken);
        return (await ReadAsync(
            FindSql,
            [
                new NpgsqlParameter<Guid> { TypedValue = opened.User.Value },
                new NpgsqlParameter<short> { TypedValue = (short)opened.Kind },
                new NpgsqlParameter<string> { TypedValue = opened.Subject },
            ],
            cancellationToken)).Single();
    }

    /// <inheritdoc/>
    public async Task<MoneyCase?> FindAsync(Guid id, CancellationToken cancellationToken) => (await ReadAsync(
        $"SELECT {Columns} FROM money_case WHERE case_id = $1", [new NpgsqlParameter<Guid> { TypedValue = id }], cancellationToken)).SingleOrDefault();

    /// <inheritdoc/>
    public async Task<IReadOnlyList<MoneyCase>> FindAsync(UserId user, MoneyCaseKind kind, CancellationToken cancellationToken) => await ReadAsync(
        $"SELECT {Columns} FROM money_case WHERE user_id = $1 AND kind = $2 ORDER BY case_id",
        [new NpgsqlParameter<Guid> { TypedValue = user.Value }, new NpgsqlParameter<short> { TypedValue = (short)kind }],
        cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<MoneyCase>> ListAsync(bool openOnly, Guid after, int limit, CancellationToken cancellationToken) => await ReadAsync(
        $"SELECT {Columns} FROM money_case WHERE case_id > $1 AND (state = 1 OR NOT $2) ORDER BY case_id LIMIT $3",
        [
            new NpgsqlParameter<Guid> { TypedValue = after },
            new NpgsqlParameter<bool> { TypedValue = openOnly },
            new NpgsqlParameter<int> { TypedValue = limit },
        ],
        cancellationToken);

    /// <inheritdoc/>
    public async Task<bool> CloseAsync(Guid id, MoneyCaseState outcome, long nowMs, CancellationToken cancellationToken)
    {
        const string Sql = "UPDATE money_case SET state = $2, closed_at = $3 WHERE case_id = $1 AND state = 1";

        await using NpgsqlCommand close = database.CreateCommand(Sql);
        close.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id });
        close.Parameters.Add(new NpgsqlParameter<short> { TypedValue = (short)outcome });
        close.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = EntryRow.Utc(nowMs) });
        return await close.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ScreenedPerson>> ListHoldersAsync(UserId after, int limit, CancellationToken cancellationToken)
    {
        const string Sql = """
            SELECT h.owner_id, coalesce(a.handle, '')
            FROM (
                SELECT DISTINCT owner_id FROM ledger_account WHERE kind = 1 AND owner_id > $1 ORDER BY owner_id LIMIT $2) AS h
            LEFT JOIN account AS a ON a.user_id = h.owner_id
            ORDER BY h.owner_id
            """;

        await using NpgsqlCommand command = database.CreateCommand(Sql);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = after.Value });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        List<ScreenedPerson> people = [];
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
        {
            people.Add(new ScreenedPerson(new UserId(row.GetGuid(0)), row.GetString(1)));
        }

        return people;
    }

    private async Task<List<MoneyCase>> ReadAsync(string sql, NpgsqlParameter[] parameters, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = database.CreateCommand(sql);
        command.Parameters.AddRange(parameters);
        List<MoneyCase> cases = [];
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
        {
            cases.Add(new MoneyCase(
                row.GetGuid(0),
                (MoneyCaseKind)row.GetInt16(1),
                new UserId(row.GetGuid(2)),
                row.GetString(3),
                row.GetString(4),
                (MoneyCaseState)row.GetInt16(5),
                EntryRow.UnixMs(row.GetDateTime(6)),
                row.IsDBNull(7) ? 0 : EntryRow.UnixMs(row.GetDateTime(7))));
        }

        return cases;
    }
}
