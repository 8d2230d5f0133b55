using Npgsql;

using NpgsqlTypes;

using XChat.GrainInterfaces.Wallets;
using XChat.Grains.Wallets;
using XChat.Protocol.Wallets;

namespace XChat.Load.Transfers;

/// <summary>The rows of one transaction of <see cref="BareLedger"/>, and the statement that writes them on one connection.</summary>
public sealed class BareTransfers : IAsyncDisposable
{
    // Rows of accounts in the order of their ids, each once with its sums; each transfer counts back from there to its own place. Values are taken by their
    // place, as the ledger's own writer takes them: a ceiling that spends more on its arrays would be none.
    private const string Sql = """
        WITH moved AS (
            UPDATE load_account AS a
            SET debits_posted = a.debits_posted + ($2)[m.i], credits_posted = a.credits_posted + ($3)[m.i], seq = a.seq + ($2)[m.i],
                entries = a.entries + ($2)[m.i] + ($3)[m.i],
                chain_hash = CASE WHEN ($2)[m.i] > 0 THEN substr($4, 32 * m.i - 31, 32) ELSE a.chain_hash END
            FROM (SELECT n.account_id, n.place::integer AS i FROM unnest($1) WITH ORDINALITY AS n(account_id, place)) AS m
            WHERE a.account_id = m.account_id
            RETURNING a.account_id, a.seq, a.entries, a.credits_posted - a.debits_posted AS balance),
        line AS NOT MATERIALIZED (
            SELECT n.debit_account, n.place::integer AS i FROM unnest($5) WITH ORDINALITY AS n(debit_account, place)),
        written AS (
            INSERT INTO load_transfer (debit_account, seq, transfer_id, command_id, kind, reason, credit_account, currency, amount, created_at,
                prev_hash, debit_entry, debit_balance, credit_entry, credit_seq, credit_balance)
            SELECT t.debit_account, ($6)[t.i], ($7)[t.i], ($7)[t.i], 1, 1, c.account_id, 'EUR', 1, $9, substr($10, 32 * t.i - 31, 32),
                d.entries - ($11)[t.i], d.balance, c.entries - ($12)[t.i], c.seq - ($13)[t.i], c.balance
            FROM line AS t
            JOIN moved AS d ON d.account_id = t.debit_account
            JOIN moved AS c ON c.account_id = ($8)[t.i]),
        commanded AS (
            INSERT INTO load_command (command_id, account_id, actor_id, payload_hash, outcome, transfers, seq, created_at)
            SELECT ($7)[t.i], t.debit_account, t.debit_account, substr($10, 32 * t.i - 31, 32), 1, 1, ($6)[t.i], $9 FROM line AS t)
        INSERT INTO load_outbox (due_at, transfer_id, debit_account, currency, debit_user, credit_user)
        SELECT $9, ($7)[t.i], t.debit_account, 'EUR', t.debit_account, ($8)[t.i] FROM line AS t
        """;

    private static readonly Currency Euro = new("EUR");

    private readonly SortedDictionary<Guid, Sum> _sums = [];
    private readonly List<Row> _rows = [];
    private readonly NpgsqlCommand _command;
    private DateTime _now;

    public BareTransfers(NpgsqlConnection connection) => _command = new NpgsqlCommand(Sql, connection)
    {
        Parameters =
        {
            Array<Guid>(NpgsqlDbType.Uuid),
            Array<long>(NpgsqlDbType.Bigint),
            Array<long>(NpgsqlDbType.Bigint),
            new NpgsqlParameter<byte[]>(),
            Array<Guid>(NpgsqlDbType.Uuid),
            Array<long>(NpgsqlDbType.Bigint),
            Array<Guid>(NpgsqlDbType.Uuid),
            Array<Guid>(NpgsqlDbType.Uuid),
            new NpgsqlParameter<DateTime>(),
            new NpgsqlParameter<byte[]>(),
            Array<long>(NpgsqlDbType.Bigint),
            Array<long>(NpgsqlDbType.Bigint),
            Array<long>(NpgsqlDbType.Bigint),
        },
    };

    /// <summary>Begins a transaction anew.</summary>
    public void Clear()
    {
        _sums.Clear();
        _rows.Clear();
        long now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        _now = DateTimeOffset.FromUnixTimeMilliseconds(now).UtcDateTime;
    }

    /// <summary>Adds a transfer of one minor unit behind the end of the payer's chain, and returns the chain's new end.</summary>
    public byte[] Add(Guid payer, long seq, byte[] end, Guid payee)
    {
        TransferId id = TransferId.New();
        byte[] hash = TransferChain.HashOf(new LedgerTransfer
        {
            Id = id,
            Command = id,
            Debit = new WalletKey(WalletKind.User, payer, Euro),
            DebitAccount = payer,
            Seq = seq,
            Credit = new WalletKey(WalletKind.User, payee, Euro),
            CreditAccount = payee,
            Kind = TransferKind.Posted,
            Reason = TransferReason.Payment,
            MinorUnits = 1,
            TimeMs = new DateTimeOffset(_now).ToUnixTimeMilliseconds(),
            PreviousHash = end,
        });
        Sum debited = Of(payer);
        Sum credited = Of(payee);
        debited.Debits++;
        debited.End = hash;
        credited.Credits++;
        _rows.Add(new Row(payer, seq, id.Value, payee, end, debited, debited.Entries, credited, credited.Entries, credited.Debits));
        return hash;
    }

    public async Task WriteAsync(CancellationToken cancellationToken)
    {
        KeyValuePair<Guid, Sum>[] sums = [.. _sums];
        Set(0, sums, sum => sum.Key);
        Set(1, sums, sum => sum.Value.Debits);
        Set(2, sums, sum => sum.Value.Credits);
        SetHashes(3, sums, sum => sum.Value.End ?? TransferChain.Genesis);
        Row[] rows = [.. _rows.OrderBy(row => row.Payer).ThenBy(row => row.Seq)];
        Set(4, rows, row => row.Payer);
        Set(5, rows, row => row.Seq);
        Set(6, rows, row => row.Id);
        Set(7, rows, row => row.Payee);
        ((NpgsqlParameter<DateTime>)_command.Parameters[8]).TypedValue = _now;
        SetHashes(9, rows, row => row.Previous);
        Set(10, rows, row => row.Debited.Entries - row.DebitEntry);
        Set(11, rows, row => row.Credited.Entries - row.CreditEntry);
        Set(12, rows, row => row.Credited.Debits - row.CreditDebits);
        if (!_command.IsPrepared)
        {
            await _command.PrepareAsync(cancellationToken);
        }

        await _command.ExecuteNonQueryAsync(cancellationToken);
    }

    public ValueTask DisposeAsync() => _command.DisposeAsync();

    private Sum Of(Guid account)
    {
        if (!_sums.TryGetValue(account, out Sum? sum))
        {
            _sums.Add(account, sum = new Sum());
        }

        return sum;
    }

    private void Set<TRow, T>(int index, TRow[] rows, Func<TRow, T> value) =>
        ((NpgsqlParameter<T[]>)_command.Parameters[index]).TypedValue = System.Array.ConvertAll(rows, row => value(row));

    private void SetHashes<TRow>(int index, TRow[] rows, Func<TRow, byte[]> hash)
    {
        byte[] hashes = new byte[rows.Length * TransferChain.HashSize];
        for (int row = 0; row < rows.Length; row++)
        {
            hash(rows[row]).CopyTo(hashes, row * TransferChain.HashSize);
        }

        ((NpgsqlParameter<byte[]>)_command.Parameters[index]).TypedValue = hashes;
    }

    private static NpgsqlParameter<T[]> Array<T>(NpgsqlDbType element) => new() { NpgsqlDbType = NpgsqlDbType.Array | element };

    private sealed record Row(
        Guid Payer, long Seq, Guid Id, Guid Payee, byte[] Previous, Sum Debited, long DebitEntry, Sum Credited, long CreditEntry, long CreditDebits);

    private sealed class Sum
    {
        public long Debits { get; set; }

        public long Credits { get; set; }

        public byte[]? End { get; set; }

        public long Entries => Debits + Credits;
    }
}
