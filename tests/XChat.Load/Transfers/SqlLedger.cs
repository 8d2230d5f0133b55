using System.Diagnostics;
using System.Globalization;

using Npgsql;

using NpgsqlTypes;

namespace XChat.Load.Transfers;

/// <summary>
/// Peer (a): a ledger as one writes it without a server of its own. One call of a function is one transaction and does what ours does: the command,
/// the transfer with its place in the hash chain and in both statements, two balances, the row of the outbox. Its tables have the shape and the
/// indexes of ours; both rows of accounts are locked late and in order, so that a hot one is held for as short as it can be.
/// </summary>
public static class SqlLedger
{
    /// <summary>The number of the account that all pay, beside those from 1 on.</summary>
    public const int Hot = 0;

    /// <summary>Pays one minor unit: the number of the payer, then that of the payee.</summary>
    public const string PaySql = "SELECT load_pay($1, $2)";

    /// <summary>The same as pgbench runs it: from any account to any other one, or to the hot one.</summary>
    public static string ScriptOf(int accounts, bool hot) => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        \set payer random(1, {accounts})
        \set payee {(hot ? "0" : $"1 + (:payer + random(0, {accounts - 2})) % {accounts}")}
        SELECT load_pay(:payer, :payee);
        """);

    private const string TablesSql = """
        CREATE TABLE load_account (LIKE ledger_account INCLUDING ALL) WITH (fillfactor = 60);
        CREATE TABLE load_transfer (LIKE ledger_transfer INCLUDING ALL);
        CREATE TABLE load_command (LIKE ledger_command INCLUDING ALL);
        CREATE TABLE load_outbox (LIKE ledger_outbox INCLUDING ALL);

        CREATE FUNCTION load_account_id(number integer) RETURNS uuid LANGUAGE sql IMMUTABLE RETURN md5('load' || number)::uuid;
        """;

    private const string FunctionSql = """
        CREATE FUNCTION load_pay(payer_number integer, payee_number integer) RETURNS smallint LANGUAGE plpgsql AS $$
        DECLARE
            payer uuid := load_account_id(payer_number);
            payee uuid := load_account_id(payee_number);
            at timestamptz := date_trunc('milliseconds', clock_timestamp());
            id uuid := encode(
                substring(int8send((extract(epoch FROM at) * 1000)::bigint), 3) || substring(uuid_send(gen_random_uuid()), 7), 'hex')::uuid;
            locked record;
            previous bytea;
            payer_seq bigint;
            payer_entry bigint;
            payer_balance bigint;
            payee_seq bigint;
            payee_entry bigint;
            payee_balance bigint;
        BEGIN
            INSERT INTO load_outbox (due_at, transfer_id, debit_account, currency, debit_user, credit_user) VALUES (at, id, payer, 'EUR', payer, payee);
            FOR locked IN
                SELECT a.* FROM load_account AS a WHERE a.account_id IN (payer, payee) ORDER BY a.account_id FOR NO KEY UPDATE
            LOOP
                IF locked.account_id = payee THEN
                    payee_seq := locked.seq;
                    payee_entry := locked.entries + 1;
                    payee_balance := locked.credits_posted - locked.debits_posted + 1;
                ELSE
                    IF locked.frozen OR locked.credits_posted - locked.debits_posted - locked.debits_pending < 1 THEN
                        RAISE EXCEPTION 'insufficient funds';
                    END IF;
                    previous := locked.chain_hash;
                    payer_seq := locked.seq + 1;
                    payer_entry := locked.entries + 1;
                    payer_balance := locked.credits_posted - locked.debits_posted - 1;
                END IF;
            END LOOP;
            INSERT INTO load_command (command_id, account_id, actor_id, payload_hash, outcome, transfers, seq, created_at)
            VALUES (id, payer, payer, sha256(uuid_send(payer) || uuid_send(payee) || int8send(1)), 1, 1, payer_seq, at);
            UPDATE load_account AS a
            SET debits_posted = a.debits_posted + 1, seq = a.seq + 1, entries = a.entries + 1,
                chain_hash = sha256(previous || uuid_send(payer) || uuid_send(payee) || uuid_send(id) || uuid_send(id) || int8send(payer_seq) || int8send(1)
                    || int8send((extract(epoch FROM at) * 1000)::bigint) || 'EUR'::bytea)
            WHERE a.account_id = payer;
            UPDATE load_account AS a SET credits_posted = a.credits_posted + 1, entries = a.entries + 1 WHERE a.account_id = payee;
            INSERT INTO load_transfer (debit_account, seq, transfer_id, command_id, kind, reason, credit_account, currency, amount, created_at,
                prev_hash, debit_entry, debit_balance, credit_entry, credit_seq, credit_balance)
            VALUES (payer, payer_seq, id, id, 1, 1, payee, 'EUR', 1, at, previous, payer_entry, payer_balance, payee_entry, payee_seq, payee_balance);
            RETURN 1;
        END
        $$;
        """;

    /// <summary>Tables with so many accounts, beside the hot one.</summary>
    public static async Task CreateAsync(LoadDatabase database, int accounts, CancellationToken cancellationToken)
    {
        await database.ExecuteAsync(TablesSql, cancellationToken);
        await database.ExecuteAsync(FunctionSql, cancellationToken);
        await database.ExecuteAsync(
            $"""
            INSERT INTO load_account (account_id, kind, owner_id, currency, credits_posted)
            SELECT load_account_id(number), 1, gen_random_uuid(), 'EUR', 1000000000000 FROM generate_series({Hot}, {accounts}) AS number
            """,
            cancellationToken);
    }

    /// <summary>Calls on connections of this process, where there is no pgbench.</summary>
    public static Task PayAsync(
        LoadDatabase database, Measure measure, int connections, int accounts, bool hot, TimeSpan duration, CancellationToken cancellationToken) =>
        Task.WhenAll(Enumerable.Range(0, connections).Select(_ => Task.Run(
            async () =>
            {
                await using NpgsqlConnection connection = await database.Connections.OpenConnectionAsync(cancellationToken);
                await using NpgsqlCommand command = new(PaySql, connection);
                NpgsqlParameter<int> payer = new() { NpgsqlDbType = NpgsqlDbType.Integer };
                NpgsqlParameter<int> payee = new() { NpgsqlDbType = NpgsqlDbType.Integer };
                command.Parameters.Add(payer);
                command.Parameters.Add(payee);
                await command.PrepareAsync(cancellationToken);
                while (!measure.IsOver(duration))
                {
                    payer.TypedValue = 1 + Random.Shared.Next(accounts);
                    payee.TypedValue = hot ? Hot : 1 + ((payer.TypedValue + Random.Shared.Next(accounts - 1)) % accounts);
                    long begun = Stopwatch.GetTimestamp();
                    await command.ExecuteNonQueryAsync(cancellationToken);
                    measure.Add(begun);
                }
            },
            cancellationToken)));
}
