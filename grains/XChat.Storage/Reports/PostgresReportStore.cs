using Microsoft.Extensions.DependencyInjection;

using Npgsql;

using XChat.GrainInterfaces.Accounts;
using XChat.Grains.Reports;
using XChat.Protocol.Accounts;
using XChat.Protocol.Conversations;
using XChat.Storage.Conversations;

namespace XChat.Storage.Reports;

/// <summary>Reports in PostgreSQL.</summary>
public sealed class PostgresReportStore(NpgsqlDataSource database) : IReportStore
{
    private const string Columns =
        "number, reporter_user, reporter_device, conversation_id, seq, message_id, sender_user, sender_device, sent_at, reason, reported_at";

    /// <inheritdoc/>
    public async Task<ReportWrite> AddAsync(NewReport report, DateTimeOffset countedSince, int most, CancellationToken cancellationToken)
    {
        const string SameSql = "SELECT EXISTS (SELECT FROM message_report WHERE reporter_user = $1 AND conversation_id = $2 AND seq = $3)";
        const string AddSql = """
            INSERT INTO message_report (
                reporter_user, reporter_device, conversation_id, seq, message_id, sender_user, sender_device, sent_at, content, reason, reported_at)
            SELECT $1, $4, $2, $3, $5, $6, $7, $8, $9, $10, $11
            WHERE (SELECT count(*) FROM message_report WHERE reporter_user = $1 AND reported_at > $12) < $13
            ON CONFLICT (reporter_user, conversation_id, seq) DO NOTHING
            """;

        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellationToken);
        await using NpgsqlCommand add = new(AddSql, connection);
        AddPlace(add, report);
        add.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = report.Reporter.Device.Value });
        add.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = report.Message.Value });
        add.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = report.Sender.User.Value });
        add.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = report.Sender.Device.Value });
        add.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = TimeOf(report.SentAtMs) });
        add.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = report.Content });
        add.Parameters.Add(new NpgsqlParameter<string> { TypedValue = report.Reason });
        add.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = TimeOf(report.ReportedAtMs) });
        add.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = countedSince.UtcDateTime });
        add.Parameters.Add(new NpgsqlParameter<int> { TypedValue = most });
        if (await add.ExecuteNonQueryAsync(cancellationToken) == 1)
        {
            return ReportWrite.Added;
        }

        await using NpgsqlCommand same = new(SameSql, connection);
        AddPlace(same, report);
        return await same.ExecuteScalarAsync(cancellationToken) is true ? ReportWrite.Same : ReportWrite.TooMany;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<StoredReport>> ListAsync(long after, int limit, CancellationToken cancellationToken)
    {
        const string Sql = $"SELECT {Columns}, ''::bytea FROM message_report WHERE number > $1 ORDER BY number LIMIT $2";

        await using NpgsqlCommand command = database.CreateCommand(Sql);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = after });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        List<StoredReport> reports = [];
        await using NpgsqlDataReader rows = await command.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            reports.Add(Read(rows));
        }

        return reports;
    }

    /// <inheritdoc/>
    public async Task<StoredReport?> FindAsync(long number, CancellationToken cancellationToken)
    {
        const string Sql = $"SELECT {Columns}, content FROM message_report WHERE number = $1";

        await using NpgsqlCommand command = database.CreateCommand(Sql);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = number });
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        return await row.ReadAsync(cancellationToken) ? Read(row) : null;
    }

    private static void AddPlace(NpgsqlCommand command, NewReport report)
    {
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = report.Reporter.User.Value });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = report.Conversation.Value });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = report.Seq });
    }

    private static StoredReport Read(NpgsqlDataReader row) => new(
        row.GetInt64(0),
        new NewReport(
            new Caller(new UserId(row.GetGuid(1)), new DeviceId(row.GetGuid(2))), new ConversationId(row.GetGuid(3)), row.GetInt64(4),
            new MessageId(row.GetGuid(5)), new Caller(new UserId(row.GetGuid(6)), new DeviceId(row.GetGuid(7))), EntryRow.UnixMs(row.GetDateTime(8)),
            row.GetFieldValue<byte[]>(11), row.GetString(9), EntryRow.UnixMs(row.GetDateTime(10))));

    private static DateTime TimeOf(long unixMs) => DateTimeOffset.FromUnixTimeMilliseconds(unixMs).UtcDateTime;
}

/// <summary>The reports' port over PostgreSQL.</summary>
public static class ReportStorageRegistration
{
    /// <summary>Adds it; it uses the registered <see cref="NpgsqlDataSource"/>.</summary>
    public static IServiceCollection AddReportStorage(this IServiceCollection services) => services.AddSingleton<IReportStore, PostgresReportStore>();
}
