using Npgsql;

using NpgsqlTypes;

using XChat.GrainInterfaces.Wallets;
using XChat.Grains.Wallets;
using XChat.Protocol.Wallets;

namespace XChat.Load.Transfers;

/// <summary>The rows of one transaction of <see cref="BareLedger"/>, and the statement that writes them on one connection.</summary>
public sealed class BareTransfers : IAsyncDisposable
{
    // Rows of accounts in the order of their ids, each once with its sums; each transfer counts back from there to its own place.
    private const string Sql = """
        WITH moved AS (
            UPDATE load_account AS a
            SET debits_posted = a.debits_posted + m.debits, credits_posted = a.credits_posted + m.credits, seq = a.seq + m.debits,
                entries = a.entries + m.debits + m.credits, chain_hash = coalesce(m.chain_hash, a.chain_hash)
            FROM unnest($1, $2, $3, $4) AS m(account_id, debits, credits, chain_hash)
            WHERE a.account_id = m.account_id
            RETURNING a.account_id, a.seq, a.entries, a.credits_posted - a.debits_posted AS balance),
        written AS (
            INSERT INTO load_transfer (debit_account, seq, transfer_id, command_id, kind, reason, credit_account, currency, amount, created_at,
                prev_hash, debit_entry, debit_balance, credit_entry, credit_seq, credit_balance)
            SELECT t.debit_account, t.seq, t.transfer_id, t.transfer_id, 1, 1, t.credit_account, 'EUR', 1, t.created_at, t.prev_hash,
                d.entries - t.debit_rest, d.balance, c.entries - t.credit_rest, c.seq - t.credit_debits, c.balance
            FROM unnest($5, $6, $7, $8, $9, $10, $11, $12, $13) AS t(
                debit_account, seq, transfer_id, credit_account, created_at, prev_hash, debit_rest, credit_rest, credit_debits)
            JOIN moved AS d ON d.account_id = t.debit_account
            JOIN moved AS c ON c.account_id = t.credit_account),
        commanded AS (
            INSERT INTO load_command (command_id, account_id, actor_id, payload_hash, outcome, transfers, seq, created_at)
            SELECT t.transfer_id, t.debit_account, t.debit_account, t.prev_hash, 1, 1, t.seq, t.created_at
            FROM unnest($5, $6, $7, $9, $10) AS t(debit_account, seq, transfer_id, created_at, prev_hash))
        INSERT INTO load_outbox (due_at, transfer_id, debit_account, currency, debit_user, credit_user)
        SELECT t.created_at, t.transfer_id, t.debit_account, 'EUR', t.debit_account, t.credit_account
        FROM unnest($5, $7, $8, $9) AS t(debit_account, transfer_id, credit_account, created_at)
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
            Array<byte[]?>(NpgsqlDbType.Bytea),
            Array<Guid>(NpgsqlDbType.Uuid),
            Array<long>(NpgsqlDbType.Bigint),
            Array<Guid>(NpgsqlDbType.Uuid),
            Array<Guid>(NpgsqlDbType.Uuid),
            Array<DateTime>(NpgsqlDbType.TimestampTz),
            Array<byte[]>(NpgsqlDbType.Bytea),
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
        Set(3, sums, sum => sum.Value.End);
        Row[] rows = [.. _rows.OrderBy(row => row.Payer).ThenBy(row => row.Seq)];
        Set(4, rows, row => row.Payer);
        Set(5, rows, row => row.Seq);
        Set(6, rows, row => row.Id);
        Set(7, rows, row => row.Payee);
        Set(8, rows, _ => _now);
        Set(9, rows, row => row.Previous);
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
