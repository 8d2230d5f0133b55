using Npgsql;

using NpgsqlTypes;

using XChat.GrainInterfaces.Accounts;
using XChat.Grains.Accounts;
using XChat.Protocol.Accounts;

namespace XChat.Storage.Accounts;

/// <summary>Key packages in PostgreSQL.</summary>
public sealed class PostgresKeyPackageStore(NpgsqlDataSource database) : IKeyPackageStore
{
    private const string CountSql = """
        SELECT count(*)::integer FROM key_package
        WHERE user_id = $1 AND device_id = $2 AND package IS NOT NULL AND NOT last_resort AND not_after > $3
        """;

    /// <inheritdoc/>
    public async Task<KeyPackageWrite> PublishAsync(KeyPackageUpload upload, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        await LockAsync(connection, upload.User, cancellationToken);
        if (upload.Replace)
        {
            await TakeBackAsync(connection, upload, now, cancellationToken);
        }

        int before = await CountAsync(connection, upload, now, cancellationToken);
        await InsertAsync(connection, upload, cancellationToken);
        int available = await CountAsync(connection, upload, now, cancellationToken);
        if (available > upload.MostOneTime && available > before)
        {
            return new KeyPackageWrite(false, before);
        }

        if (upload.LastResort is { } lastResort)
        {
            await ReplaceLastResortAsync(connection, upload, lastResort, cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return new KeyPackageWrite(true, available);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<DeviceKeyPackage>> ClaimAsync(KeyPackageClaim claim, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // A row that another claim holds is passed over, and one that it has just used up no longer matches: no package is taken twice.
        const string Sql = """
            WITH picked AS MATERIALIZED (
                SELECT p.device_id, p.reference, p.package
                FROM unnest($2) AS device (device_id)
                CROSS JOIN LATERAL (
                    SELECT k.device_id, k.reference, k.package FROM key_package AS k
                    WHERE NOT $4 AND k.user_id = $1 AND k.device_id = device.device_id
                        AND k.package IS NOT NULL AND NOT k.last_resort AND k.not_after > $3
                    ORDER BY k.position LIMIT 1 FOR UPDATE SKIP LOCKED) AS p),
            used AS (
                UPDATE key_package AS k SET package = NULL, used_at = $5
                FROM picked WHERE k.user_id = $1 AND k.device_id = picked.device_id AND k.reference = picked.reference)
            SELECT device_id, package FROM picked
            UNION ALL
            SELECT k.device_id, k.package FROM key_package AS k
            WHERE k.user_id = $1 AND k.device_id = ANY ($2) AND k.last_resort AND k.not_after > $3
                AND NOT EXISTS (SELECT FROM picked WHERE picked.device_id = k.device_id)
            """;

        await using NpgsqlCommand command = database.CreateCommand(Sql);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = claim.User.Value });
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. claim.Devices.Select(device => device.Value)] });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = now.ToUnixTimeSeconds() });
        command.Parameters.Add(new NpgsqlParameter<bool> { TypedValue = claim.LastResortOnly });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = now.UtcDateTime });
        List<DeviceKeyPackage> packages = [];
        await using NpgsqlDataReader rows = await command.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            packages.Add(new DeviceKeyPackage(new DeviceId(rows.GetGuid(0)), rows.GetFieldValue<byte[]>(1)));
        }

        return packages;
    }

    /// <summary>Uploads of one account wait for each other, so that two of them cannot exceed the limit together.</summary>
    private static async Task LockAsync(NpgsqlConnection connection, UserId user, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = new("SELECT FROM account WHERE user_id = $1 FOR NO KEY UPDATE", connection);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = user.Value });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<int> CountAsync(
        NpgsqlConnection connection, KeyPackageUpload upload, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = new(CountSql, connection);
        AddDevice(command, upload);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = now.ToUnixTimeSeconds() });
        return (int)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>What is taken back counts as used: an upload that is repeated does not bring it back.</summary>
    private static async Task TakeBackAsync(
        NpgsqlConnection connection, KeyPackageUpload upload, DateTimeOffset now, CancellationToken cancellationToken)
    {
        const string Sql = """
            UPDATE key_package SET package = NULL, used_at = $4
            WHERE user_id = $1 AND device_id = $2 AND package IS NOT NULL AND NOT last_resort AND reference <> ALL ($3)
            """;

        await using NpgsqlCommand command = new(Sql, connection);
        AddDevice(command, upload);
        command.Parameters.Add(Column(NpgsqlDbType.Bytea, upload.OneTime.Select(package => package.Reference).ToArray()));
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = now.UtcDateTime });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task InsertAsync(NpgsqlConnection connection, KeyPackageUpload upload, CancellationToken cancellationToken)
    {
        const string Sql = """
            INSERT INTO key_package (user_id, device_id, reference, package, last_resort, not_after)
            SELECT $1, $2, given.reference, given.package, false, given.not_after
            FROM unnest($3, $4, $5) WITH ORDINALITY AS given (reference, package, not_after, place)
            ORDER BY given.place
            ON CONFLICT (user_id, device_id, reference) DO NOTHING
            """;

        await using NpgsqlCommand command = new(Sql, connection);
        AddDevice(command, upload);
        command.Parameters.Add(Column(NpgsqlDbType.Bytea, upload.OneTime.Select(package => package.Reference).ToArray()));
        command.Parameters.Add(Column(NpgsqlDbType.Bytea, upload.OneTime.Select(package => package.Package).ToArray()));
        command.Parameters.Add(Column(NpgsqlDbType.Bigint, upload.OneTime.Select(package => package.NotAfter).ToArray()));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task ReplaceLastResortAsync(
        NpgsqlConnection connection, KeyPackageUpload upload, InspectedKeyPackage lastResort, CancellationToken cancellationToken)
    {
        const string DropSql = "DELETE FROM key_package WHERE user_id = $1 AND device_id = $2 AND last_resort";
        const string InsertSql = """
            INSERT INTO key_package (user_id, device_id, reference, package, last_resort, not_after) VALUES ($1, $2, $3, $4, true, $5)
            """;

        await using NpgsqlCommand drop = new(DropSql, connection);
        AddDevice(drop, upload);
        await drop.ExecuteNonQueryAsync(cancellationToken);
        await using NpgsqlCommand insert = new(InsertSql, connection);
        AddDevice(insert, upload);
        insert.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = lastResort.Reference });
        insert.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = lastResort.Package });
        insert.Parameters.Add(new NpgsqlParameter<long> { TypedValue = lastResort.NotAfter });
        await insert.ExecuteNonQueryAsync(cancellationToken);
    }

    private static void AddDevice(NpgsqlCommand command, KeyPackageUpload upload)
    {
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = upload.User.Value });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = upload.Device.Value });
    }

    private static NpgsqlParameter<T[]> Column<T>(NpgsqlDbType type, T[] values) =>
        new() { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | type };
}
