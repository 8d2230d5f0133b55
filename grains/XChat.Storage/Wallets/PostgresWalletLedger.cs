using Npgsql;

using XChat.GrainInterfaces.Wallets;
using XChat.Grains.GroupCommit;
using XChat.Grains.Wallets;
using XChat.Grains.Wallets.GroupCommit;
using XChat.Grains.Wallets.Holders;
using XChat.Protocol.Accounts;
using XChat.Protocol.Wallets;
using XChat.Storage.Conversations;

namespace XChat.Storage.Wallets;

/// <summary>The ledger in PostgreSQL.</summary>
public sealed class PostgresWalletLedger(NpgsqlDataSource database) : IWalletLedger
{
    private const string Counters = "a.debits_pending, a.debits_posted, a.credits_pending, a.credits_posted, a.seq, a.entries, a.frozen";

    private readonly KnownAccounts _known = new();

    /// <inheritdoc/>
    public IChunkWriter<LedgerChunk> OpenWriter(FreshNews news) => new PostgresLedgerWriter(database, _known, news);

    /// <inheritdoc/>
    public async Task<StoredWallet> LoadAsync(WalletKey wallet, CancellationToken cancellationToken)
    {
        // One statement sees one moment. An account without open pending transfers comes as one row.
        const string Sql = $"""
            SELECT {Counters}, a.chain_hash,
                (SELECT t.created_at FROM ledger_transfer AS t WHERE t.debit_account = a.account_id AND t.seq = a.seq),
                p.transfer_id, c.kind, c.owner_id, p.amount, p.reason, p.reference, p.expires_at,
                ARRAY(
                    SELECT v.number FROM wallet_usage AS u
                    CROSS JOIN LATERAL unnest(ARRAY[u.period, u.starts_on, u.amount, u.transfers]) WITH ORDINALITY AS v(number, place)
                    WHERE u.account_id = a.account_id AND u.direction = 1 ORDER BY u.period, v.place)
            FROM ledger_account AS a
            LEFT JOIN ledger_pending AS p ON p.debit_account = a.account_id
            LEFT JOIN ledger_account AS c ON c.account_id = p.credit_account
            WHERE a.account_id = $1
            """;

        await using NpgsqlCommand command = database.CreateCommand(Sql);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = wallet.ToAccountId() });
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        StoredWallet? found = null;
        List<OpenPending> pending = [];
        while (await row.ReadAsync(cancellationToken))
        {
            found ??= new StoredWallet(
                wallet, ReadCounters(row), row.GetFieldValue<byte[]>(7), row.IsDBNull(8) ? 0 : EntryRow.UnixMs(row.GetDateTime(8)), pending)
            {
                Spent = ReadSpent(wallet.ToAccountId(), row.GetFieldValue<long[]>(16)),
            };
            if (!row.IsDBNull(9))
            {
                pending.Add(new OpenPending(
                    new TransferId(row.GetGuid(9)),
                    new WalletKey((WalletKind)row.GetInt16(10), row.GetGuid(11), wallet.Currency),
                    row.GetInt64(12),
                    (TransferReason)row.GetInt16(13),
                    row.IsDBNull(14) ? Guid.Empty : row.GetGuid(14),
                    EntryRow.UnixMs(row.GetDateTime(15))));
            }
        }

        return found ?? StoredWallet.Untouched(wallet);
    }

    /// <inheritdoc/>
    public async Task<WalletCounters> ReadAsync(WalletKey wallet, CancellationToken cancellationToken)
    {
        const string Sql = $"SELECT {Counters} FROM ledger_account AS a WHERE a.account_id = $1";

        await using NpgsqlCommand command = database.CreateCommand(Sql);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = wallet.ToAccountId() });
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        return await row.ReadAsync(cancellationToken) ? ReadCounters(row) : default;
    }

    /// <inheritdoc/>
    public async Task<StoredCommand?> FindCommandAsync(TransferId command, CancellationToken cancellationToken)
    {
        const string Sql = """
            SELECT command_id, account_id, actor_id, payload_hash, outcome, seq, created_at, expires_at FROM ledger_command WHERE command_id = $1
            """;

        await using NpgsqlCommand find = database.CreateCommand(Sql);
        find.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = command.Value });
        await using NpgsqlDataReader row = await find.ExecuteReaderAsync(cancellationToken);
        return !await row.ReadAsync(cancellationToken)
            ? null
            : new StoredCommand(
                new TransferId(row.GetGuid(0)),
                row.GetGuid(1),
                row.GetGuid(2),
                row.GetFieldValue<byte[]>(3),
                (WalletStatus)row.GetInt16(4),
                row.GetInt64(5),
                EntryRow.UnixMs(row.GetDateTime(6)),
                row.IsDBNull(7) ? 0 : EntryRow.UnixMs(row.GetDateTime(7)));
    }

    /// <inheritdoc/>
    public Task<TransferStanding?> FindTransferAsync(TransferId transfer, CancellationToken cancellationToken) =>
        TransferLookup.RunAsync(database, transfer, cancellationToken);

    /// <inheritdoc/>
    public async Task<GoneBack> SumBackAsync(TransferId transfer, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = database.CreateCommand("SELECT taken, given, credited FROM ledger_gone_back($1)");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = transfer.Value });
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        return await row.ReadAsync(cancellationToken) ? new GoneBack(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2)) : default;
    }

    /// <inheritdoc/>
    public Task<StatementPage> ReadStatementAsync(WalletKey wallet, ReadStatement request, CancellationToken cancellationToken) =>
        StatementQuery.RunAsync(database, wallet.ToAccountId(), request, cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<WalletBalance>> ListAsync(UserId user, CancellationToken cancellationToken)
    {
        const string Sql = $"SELECT {Counters}, a.currency FROM ledger_account AS a WHERE a.owner_id = $1 AND a.kind = 1 ORDER BY a.currency";

        await using NpgsqlCommand command = database.CreateCommand(Sql);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = user.Value });
        List<WalletBalance> wallets = [];
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
        {
            wallets.Add(new WalletBalance(new Currency(row.GetString(7)), ReadCounters(row).ToBalance()));
        }

        return wallets;
    }

    /// <inheritdoc/>
    public async Task SetFrozenAsync(WalletKey wallet, bool frozen, CancellationToken cancellationToken)
    {
        const string Sql = """
            INSERT INTO ledger_account (account_id, kind, owner_id, currency, frozen) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (account_id) DO UPDATE SET frozen = excluded.frozen
            """;

        await using NpgsqlCommand command = database.CreateCommand(Sql);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = wallet.ToAccountId() });
        command.Parameters.Add(new NpgsqlParameter<short> { TypedValue = (short)wallet.Kind });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = wallet.Owner });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = wallet.Currency.Code });
        command.Parameters.Add(new NpgsqlParameter<bool> { TypedValue = frozen });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static UsageRow[] ReadSpent(Guid account, long[] numbers) =>
    [
        .. numbers.Chunk(4).Select(row => new UsageRow(
            new UsageKey(account, MoneyDirection.Out, (LimitWindow)row[0]), checked((int)row[1]), row[2], row[3])),
    ];

    private static WalletCounters ReadCounters(NpgsqlDataReader row) => new(
        row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4), row.GetInt64(5), row.GetBoolean(6));
}
