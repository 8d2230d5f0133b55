using Npgsql;

using XChat.GrainInterfaces.Wallets;
using XChat.Protocol.Accounts;
using XChat.Protocol.Wallets;

namespace XChat.Load.Transfers;

/// <summary>
/// A wallet with a long past, put straight into the tables: in turns it is paid by one of many others and pays one of them. One entry in a thousand is
/// a share of a split bill.
/// </summary>
public sealed class LongStatement
{
    private const int Others = 1000;
    private const int PageEntries = 50;

    private static readonly Currency Euro = new("EUR");

    private readonly IWalletGrain _wallet;
    private readonly int _entries;

    private LongStatement(IWalletGrain wallet, int entries) => (_wallet, _entries) = (wallet, entries);

    public static async Task<LongStatement> CreateAsync(LoadServer server, int entries, CancellationToken cancellationToken)
    {
        const string Sql = """
            WITH other AS (SELECT number, account_id, owner_id FROM unnest($3, $4) WITH ORDINALITY AS o(account_id, owner_id, number)),
            accounts AS (
                INSERT INTO ledger_account (account_id, kind, owner_id, currency, seq, entries, debits_posted, credits_posted)
                SELECT $1, 1, $2, 'EUR', $5 / 2, $5, $5 / 2, 2 * ($5 / 2) UNION ALL
                SELECT account_id, 5, owner_id, 'EUR', 0, 0, 0, 0 FROM other),
            entry AS (
                SELECT e, e % 2 = 1 AS paid, o.account_id AS other, CASE WHEN e % 1000 = 7 THEN 3 ELSE 1 END AS reason
                FROM generate_series(1, $5) AS e JOIN other AS o ON o.number = 1 + e % $6)
            INSERT INTO ledger_transfer (debit_account, seq, transfer_id, command_id, kind, reason, credit_account, currency, amount, created_at,
                prev_hash, debit_entry, debit_balance, credit_entry, credit_seq, credit_balance)
            SELECT CASE WHEN paid THEN other ELSE $1 END, CASE WHEN paid THEN 1 + e / $6 ELSE e / 2 END, gen_random_uuid(), gen_random_uuid(), 1, reason,
                CASE WHEN paid THEN $1 ELSE other END, 'EUR', CASE WHEN paid THEN 2 ELSE 1 END, now() - ($5 - e) * interval '1 second',
                decode(repeat('00', 32), 'hex'), CASE WHEN paid THEN 1 + e / $6 ELSE e END, (e + 1) / 2 * 2 - e / 2,
                CASE WHEN paid THEN e ELSE 1 + e / $6 END, CASE WHEN paid THEN e / 2 ELSE 0 END, (e + 1) / 2 * 2 - e / 2
            FROM entry ORDER BY e
            """;

        WalletKey wallet = WalletKey.Of(UserId.New(), Euro);
        WalletKey[] others = [.. Enumerable.Range(0, Others).Select(_ => new WalletKey(WalletKind.Rail, Guid.CreateVersion7(), Euro))];
        await using NpgsqlCommand command = server.Database.Connections.CreateCommand(Sql);
        command.CommandTimeout = 0;
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = wallet.ToAccountId() });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = wallet.Owner });
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. others.Select(other => other.ToAccountId())] });
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. others.Select(other => other.Owner)] });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = entries });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = Others });
        await command.ExecuteNonQueryAsync(cancellationToken);
        await server.Database.ExecuteAsync("VACUUM ANALYZE", cancellationToken);
        await server.Database.ExecuteAsync("CHECKPOINT", cancellationToken);
        return new LongStatement(server.Grains.Wallet(wallet), entries);
    }

    /// <summary>One page from a place that looks random.</summary>
    public async Task ReadAsync(long number, StatementFilter filter)
    {
        long place = 2 + (unchecked((long)((ulong)number * 0x9E3779B97F4A7C15UL >> 33)) % _entries);
        StatementPage page = await _wallet.Statement(new ReadStatement(place, PageEntries, filter));
        if (page.Entries.Count == 0 && page.Next > 0 && filter == StatementFilter.None)
        {
            throw new LoadException($"The page before entry {place} is empty: the run shows nothing.");
        }
    }
}
