using Npgsql;

using XChat.Grains.Accounts;
using XChat.Protocol.Accounts;

namespace XChat.Storage.Accounts;

/// <summary>Handles in PostgreSQL.</summary>
public sealed class PostgresHandleDirectory(NpgsqlDataSource database) : IHandleDirectory
{
    /// <inheritdoc/>
    public Task<UserId> FindAsync(string handle, CancellationToken cancellationToken) =>
        FindOwnerAsync("SELECT user_id FROM account WHERE handle = $1", handle, cancellationToken);

    /// <inheritdoc/>
    public Task<UserId> FindLookalikeAsync(string skeleton, CancellationToken cancellationToken) =>
        FindOwnerAsync("SELECT user_id FROM account WHERE handle_skeleton = $1", skeleton, cancellationToken);

    private async Task<UserId> FindOwnerAsync(string sql, string name, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = database.CreateCommand(sql);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = name });
        return await command.ExecuteScalarAsync(cancellationToken) is Guid user ? new UserId(user) : UserId.Empty;
    }
}
