using Npgsql;

using XChat.GrainInterfaces.Wallets;
using XChat.Protocol.Wallets;

namespace XChat.Storage.Wallets.Reports;

/// <summary>What an operator who corrects a transfer has to know of it, and that no second one corrects it at the same time.</summary>
public sealed class LedgerCorrections(NpgsqlDataSource database)
{
    /// <summary>Does something while nobody else corrects the transfer; returns what that returns.</summary>
    public async Task<T> AloneAsync<T>(TransferId transfer, Func<Task<T>> act, CancellationToken cancellationToken)
    {
        const string LockSql = "SELECT pg_advisory_lock(hashtextextended('xchat correction ' || $1::text, 0))";
        const string UnlockSql = "SELECT pg_advisory_unlock(hashtextextended('xchat correction ' || $1::text, 0))";

        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellationToken);
        await ExecuteAsync(connection, LockSql, transfer, cancellationToken);
        try
        {
            return await act();
        }
        finally
        {
            await ExecuteAsync(connection, UnlockSql, transfer, CancellationToken.None);
        }
    }

    /// <summary>The transfer and how it stands; null when there is none.</summary>
    public Task<TransferStanding?> FindAsync(TransferId transfer, CancellationToken cancellationToken) =>
        TransferLookup.RunAsync(database, transfer, cancellationToken);

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, TransferId transfer, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = new(sql, connection);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = transfer.Value });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
