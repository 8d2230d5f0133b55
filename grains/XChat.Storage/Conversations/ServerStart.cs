using Npgsql;

namespace XChat.Storage.Conversations;

/// <summary>One run of one server, from its start to its end. A standby that takes over, and a server that is started again, are others.</summary>
/// <param name="StartedAt">To the microsecond.</param>
/// <param name="Address">Where the server itself says that it is, with its port; empty on a local socket.</param>
internal sealed record ServerStart(DateTime StartedAt, string Address)
{
    public static async Task<ServerStart> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        const string Sql = "SELECT pg_postmaster_start_time(), coalesce(host(inet_server_addr()) || ' ' || inet_server_port(), '')";

        await using NpgsqlCommand command = new(Sql, connection);
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        await row.ReadAsync(cancellationToken);
        return new ServerStart(row.GetDateTime(0), row.GetString(1));
    }
}
