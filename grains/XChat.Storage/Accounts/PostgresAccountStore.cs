using Npgsql;

using NpgsqlTypes;

using XChat.Grains.Accounts;
using XChat.Protocol.Accounts;

namespace XChat.Storage.Accounts;

/// <summary>Accounts in PostgreSQL.</summary>
public sealed class PostgresAccountStore(NpgsqlDataSource database) : IAccountStore
{
    /// <inheritdoc/>
    public async Task<StoredAccount?> LoadAsync(UserId user, CancellationToken cancellationToken)
    {
        const string Sql = """
            SELECT handle, account_key, registration_hash, device_list, device_list_version, told_version, revoked
            FROM account WHERE user_id = $1
            """;

        await using NpgsqlCommand command = database.CreateCommand(Sql);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = user.Value });
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        return await row.ReadAsync(cancellationToken)
            ? new StoredAccount(
                user,
                row.GetString(0),
                row.GetFieldValue<byte[]>(1),
                row.GetFieldValue<byte[]>(2),
                row.GetFieldValue<byte[]>(3),
                row.GetInt64(4),
                row.GetInt64(5),
                [.. row.GetFieldValue<Guid[]>(6).Select(device => new DeviceId(device))])
            : null;
    }

    /// <inheritdoc/>
    public async Task<RegisterWrite> RegisterAsync(StoredAccount account, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // Of registrations that conflict, one goes in and the others wait for it: the unique constraints decide, not a look beforehand.
        const string InsertSql = """
            INSERT INTO account (
                user_id, handle, handle_skeleton, account_key, registration_hash,
                device_list, device_list_version, device_list_at, told_version, created_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $8)
            ON CONFLICT DO NOTHING
            """;
        const string FindSql = "SELECT EXISTS (SELECT FROM account WHERE user_id = $1)";

        await using NpgsqlCommand insert = database.CreateCommand(InsertSql);
        insert.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = account.User.Value });
        insert.Parameters.Add(new NpgsqlParameter<string> { TypedValue = account.Handle });
        insert.Parameters.Add(new NpgsqlParameter<string> { TypedValue = HandleRules.Skeleton(account.Handle) });
        insert.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = account.AccountKey });
        insert.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = account.RegistrationHash });
        insert.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = account.DeviceList });
        insert.Parameters.Add(new NpgsqlParameter<long> { TypedValue = account.Version });
        insert.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = now.UtcDateTime });
        insert.Parameters.Add(new NpgsqlParameter<long> { TypedValue = account.ToldVersion });
        if (await insert.ExecuteNonQueryAsync(cancellationToken) == 1)
        {
            return RegisterWrite.Registered;
        }

        await using NpgsqlCommand find = database.CreateCommand(FindSql);
        find.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = account.User.Value });
        return await find.ExecuteScalarAsync(cancellationToken) is true ? RegisterWrite.UserTaken : RegisterWrite.HandleTaken;
    }

    /// <inheritdoc/>
    public async Task<bool> PublishAsync(DeviceListWrite list, DateTimeOffset now, CancellationToken cancellationToken)
    {
        const string FencedUpdateSql = """
            UPDATE account
            SET device_list = $3, device_list_version = $2, device_list_at = $4,
                revoked = ARRAY(SELECT unnest(revoked) UNION SELECT unnest($5)),
                account_key = COALESCE($6, account_key), key_succession = COALESCE($7, key_succession)
            WHERE user_id = $1 AND device_list_version = $2 - 1
            """;
        const string DropPackagesSql = "DELETE FROM key_package WHERE user_id = $1 AND (device_id = ANY ($2) OR device_id <> ALL ($3))";

        Guid[] leftOut = [.. list.LeftOut.Select(device => device.Value)];
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using NpgsqlCommand update = new(FencedUpdateSql, connection, transaction);
        update.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = list.User.Value });
        update.Parameters.Add(new NpgsqlParameter<long> { TypedValue = list.Version });
        update.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = list.DeviceList });
        update.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = now.UtcDateTime });
        update.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = leftOut });
        update.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Bytea, Value = (object?)list.Succession?.NewKey ?? DBNull.Value });
        update.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Bytea, Value = (object?)list.Succession?.Signature ?? DBNull.Value });
        if (await update.ExecuteNonQueryAsync(cancellationToken) == 0)
        {
            return false;
        }

        await using NpgsqlCommand drop = new(DropPackagesSql, connection, transaction);
        drop.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = list.User.Value });
        drop.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = leftOut });
        drop.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. list.Devices.Select(device => device.Value)] });
        await drop.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    /// <inheritdoc/>
    public async Task MarkEndedAsync(UserId user, IReadOnlyList<DeviceId> devices, CancellationToken cancellationToken)
    {
        const string Sql = "UPDATE account SET revoked = ARRAY(SELECT unnest(revoked) EXCEPT SELECT unnest($2)) WHERE user_id = $1";

        await using NpgsqlCommand command = database.CreateCommand(Sql);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = user.Value });
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. devices.Select(device => device.Value)] });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async Task MarkToldAsync(UserId user, long version, CancellationToken cancellationToken)
    {
        const string Sql = "UPDATE account SET told_version = $2 WHERE user_id = $1 AND device_list_version = $2";

        await using NpgsqlCommand command = database.CreateCommand(Sql);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = user.Value });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = version });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
