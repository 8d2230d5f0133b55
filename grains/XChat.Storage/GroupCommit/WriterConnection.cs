using System.Net.Sockets;

using Npgsql;

using XChat.GrainInterfaces;
using XChat.Grains.GroupCommit;

namespace XChat.Storage.GroupCommit;

/// <summary>
/// The one connection of a lane's writer. A connection on which anything went wrong is thrown away, so that each try begins from nothing; what is
/// looked up after that goes over another one.
/// </summary>
/// <param name="database">Opens connections.</param>
/// <param name="setUpSql">What is run on each new connection.</param>
internal sealed class WriterConnection(NpgsqlDataSource database, string setUpSql) : IAsyncDisposable
{
    // Data and integrity violations, deadlocks and lost serialisation: the server answered, and rolled back.
    private static readonly string[] RefusalClasses = ["22", "23", "40"];

    private NpgsqlConnection? _connection;

    /// <exception cref="StorageUnavailableException">It is not known what became of the write.</exception>
    public async Task<BatchWrite> WriteAsync(Func<NpgsqlConnection, Task<BatchWrite>> write, CancellationToken cancellationToken)
    {
        try
        {
            return await write(_connection ??= await OpenAsync(cancellationToken));
        }
        catch (PostgresException problem) when (RefusalClasses.Contains(problem.SqlState[..2]))
        {
            return BatchWrite.Refused;
        }
        catch (Exception problem) when (IsUnavailable(problem))
        {
            await DisposeAsync();
            throw new StorageUnavailableException("The database did not answer a write.", problem);
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }

    /// <summary>Reads over a connection that has not been in doubt.</summary>
    /// <exception cref="StorageUnavailableException">The database does not answer.</exception>
    public async Task<T> ReadAsync<T>(Func<NpgsqlDataSource, Task<T>> read)
    {
        try
        {
            return await read(database);
        }
        catch (Exception problem) when (IsUnavailable(problem))
        {
            throw new StorageUnavailableException("The database did not answer.", problem);
        }
    }

    /// <summary>Lets the connection go for good; the next write opens another.</summary>
    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection? connection = _connection;
        _connection = null;
        if (connection is not null)
        {
            NpgsqlConnection.ClearPool(connection);
            await connection.DisposeAsync();
        }
    }

    private async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken)
    {
        NpgsqlConnection connection = await database.OpenConnectionAsync(cancellationToken);
        try
        {
            await using NpgsqlCommand command = new(setUpSql, connection);
            await command.ExecuteNonQueryAsync(cancellationToken);
            return connection;
        }
        catch (PostgresException problem)
        {
            // No refusal of what was to be written: the writer itself is not let in.
            await connection.DisposeAsync();
            throw new StorageUnavailableException($"The database does not let the writer begin: {problem.MessageText}", problem);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private static bool IsUnavailable(Exception problem) =>
        problem is NpgsqlException or SocketException or IOException or TimeoutException or ObjectDisposedException;
}
