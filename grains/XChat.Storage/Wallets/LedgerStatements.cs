using Npgsql;

using XChat.Grains.Wallets;

namespace XChat.Storage.Wallets;

/// <summary>
/// The statements of one writer's connection. A batch is one round trip and one transaction; statements for what it does not have are left out.
/// </summary>
internal sealed class LedgerStatements(NpgsqlConnection connection)
{
    private readonly TransferStatement _transfers = new();
    private readonly CommandStatement _commands = new();
    private readonly OutboxStatement _outbox = new();
    private readonly PendingStatements _pending = new();
    private readonly UsageStatement _usage = new();

    /// <summary>The connection that the statements are prepared on, and go with.</summary>
    public NpgsqlConnection Connection => connection;

    /// <summary>Makes accounts that do not exist yet.</summary>
    public async Task CreateAsync(IReadOnlyList<AccountChanges.Change> accounts, CancellationToken cancellationToken)
    {
        const string Sql = """
            INSERT INTO ledger_account (account_id, kind, owner_id, currency)
            SELECT account_id, kind, owner_id, currency FROM unnest($1, $2, $3, $4) AS n(account_id, kind, owner_id, currency)
            ON CONFLICT (account_id) DO NOTHING
            """;

        await using NpgsqlCommand command = new(Sql, connection);
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. accounts.Select(account => account.Account)] });
        command.Parameters.Add(new NpgsqlParameter<short[]> { TypedValue = [.. accounts.Select(account => (short)account.Wallet.Kind)] });
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. accounts.Select(account => account.Wallet.Owner)] });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. accounts.Select(account => account.Wallet.Currency.Code)] });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Writes a batch whole, or fails. The answer is what is to be told of it.</summary>
    public async Task<IReadOnlyList<OutboxRow>> WriteAsync(LedgerBatch rows, CancellationToken cancellationToken)
    {
        await using NpgsqlBatch batch = new(connection);
        batch.BatchCommands.Add(_commands.Fill(rows));
        if (rows.News.Count > 0)
        {
            batch.BatchCommands.Add(_outbox.Fill(rows));
        }

        // From here on rows of accounts are locked until the commit, and whoever moves the same accounts waits: what needs no lock is written before.
        batch.BatchCommands.Add(_transfers.Fill(rows.Accounts));
        if (rows.Opened.Count > 0)
        {
            batch.BatchCommands.Add(_pending.Open(rows.Opened));
        }

        if (rows.Ended.Count > 0)
        {
            batch.BatchCommands.Add(_pending.End(rows.Ended));
        }

        _usage.AddTo(batch, rows);
        await batch.PrepareAsync(cancellationToken);
        await using NpgsqlDataReader reader = await batch.ExecuteReaderAsync(cancellationToken);
        IReadOnlyList<OutboxRow> news = rows.News.Count == 0 ? [] : await OutboxStatement.ReadAsync(reader, rows, cancellationToken);
        while (await reader.NextResultAsync(cancellationToken))
        {
            // A statement that fails says so when its result is asked for.
        }

        return news;
    }
}
