namespace XChat.Storage.Wallets.Verification;

/// <summary>The rules of the ledger itself. Each is told from the rows alone, whatever the counters say.</summary>
internal static class LedgerChecks
{
    /// <summary>What each transfer does to the counters of its two accounts.</summary>
    private const string Sides = """
        WITH side AS (
            SELECT t.debit_account AS account_id, t.debit_entry AS entry, t.debit_balance AS balance, t.currency, t.seq, 1 AS debits,
                CASE WHEN t.kind IN (1, 3) THEN t.amount ELSE 0 END AS debit, 0::bigint AS credit,
                CASE t.kind WHEN 2 THEN t.amount WHEN 1 THEN 0 ELSE -t.reserved END AS debit_pending, 0::bigint AS credit_pending
            FROM ledger_transfer AS t
            UNION ALL
            SELECT t.credit_account, t.credit_entry, t.credit_balance, t.currency, t.credit_seq, 0,
                0, CASE WHEN t.kind IN (1, 3) THEN t.amount ELSE 0 END,
                0, CASE t.kind WHEN 2 THEN t.amount WHEN 1 THEN 0 ELSE -t.reserved END
            FROM ledger_transfer AS t)
        """;

    public static IReadOnlyList<ILedgerCheck> All { get; } =
    [
        new QueryCheck(
            "totals",
            "In each currency, all debits together are all credits together, posted and pending each.",
            """
            SELECT format('%s: debits %s posted and %s pending, credits %s posted and %s pending',
                currency, sum(debits_posted), sum(debits_pending), sum(credits_posted), sum(credits_pending))
            FROM ledger_account GROUP BY currency
            HAVING sum(debits_posted) <> sum(credits_posted) OR sum(debits_pending) <> sum(credits_pending)
            """),
        new QueryCheck(
            "counters",
            "The counters of an account are what its transfers add up to.",
            Sides + """
            , sum AS (
                SELECT account_id, sum(debit) AS debits_posted, sum(credit) AS credits_posted, sum(debit_pending) AS debits_pending,
                    sum(credit_pending) AS credits_pending, sum(debits) AS seq, count(*) AS entries
                FROM side GROUP BY account_id)
            SELECT format('account %s: the counters are (%s, %s, %s, %s) with %s of %s entries, its transfers give (%s, %s, %s, %s) with %s of %s',
                coalesce(a.account_id, s.account_id), a.debits_pending, a.debits_posted, a.credits_pending, a.credits_posted, a.seq, a.entries,
                s.debits_pending, s.debits_posted, s.credits_pending, s.credits_posted, s.seq, s.entries)
            FROM ledger_account AS a FULL JOIN sum AS s USING (account_id)
            WHERE a.account_id IS NULL
                OR (a.debits_pending, a.debits_posted, a.credits_pending, a.credits_posted, a.seq, a.entries) IS DISTINCT FROM
                    (coalesce(s.debits_pending, 0), coalesce(s.debits_posted, 0), coalesce(s.credits_pending, 0), coalesce(s.credits_posted, 0),
                     coalesce(s.seq, 0), coalesce(s.entries, 0))
            """),
        new ChainCheck(),
        new AccountIdCheck(),
        new QueryCheck(
            "entries",
            "The entries of an account are numbered from 1 without gaps, and each carries the balance and the number of debits up to it.",
            Sides + """
            , walked AS (
                SELECT account_id, entry, balance, seq, row_number() OVER up AS place, sum(credit - debit) OVER up AS posted, sum(debits) OVER up AS debited
                FROM side WINDOW up AS (PARTITION BY account_id ORDER BY entry ROWS UNBOUNDED PRECEDING))
            SELECT format('account %s, entry %s: it is entry %s with balance %s after %s debits, and says %s after %s',
                account_id, entry, place, posted, debited, balance, seq)
            FROM walked WHERE entry <> place OR balance <> posted OR seq <> debited
            """),
        new QueryCheck(
            "funds",
            "No account but a rail or clearing ever had less than nothing, at any entry of its history.",
            Sides + """
            , walked AS (
                SELECT account_id, entry, sum(credit - debit - debit_pending) OVER up AS available
                FROM side WINDOW up AS (PARTITION BY account_id ORDER BY entry ROWS UNBOUNDED PRECEDING))
            SELECT format('account %s had %s after entry %s', w.account_id, w.available, w.entry)
            FROM walked AS w JOIN ledger_account AS a USING (account_id)
            WHERE w.available < 0 AND a.kind NOT IN (5, 6)
            """),
        new QueryCheck(
            "currencies",
            "A transfer has the currency of both of its accounts.",
            """
            SELECT format('transfer %s in %s is from %s to %s', t.transfer_id, t.currency, d.currency, c.currency)
            FROM ledger_transfer AS t
            LEFT JOIN ledger_account AS d ON d.account_id = t.debit_account
            LEFT JOIN ledger_account AS c ON c.account_id = t.credit_account
            WHERE t.currency IS DISTINCT FROM d.currency OR t.currency IS DISTINCT FROM c.currency
            """),
        new QueryCheck(
            "commands",
            "Every transfer has its accepted command, and every command exactly the transfers that it says.",
            """
            SELECT format('command %s of account %s (outcome %s) says %s transfers from %s on, there are %s from %s on',
                coalesce(c.command_id, t.command_id), c.account_id, c.outcome, c.transfers, c.seq, t.transfers, t.seq)
            FROM ledger_command AS c
            FULL JOIN (
                SELECT command_id, debit_account, count(*) AS transfers, min(seq) AS seq FROM ledger_transfer GROUP BY command_id, debit_account) AS t
                ON t.command_id = c.command_id AND t.debit_account = c.account_id
            WHERE (c.transfers, c.seq) IS DISTINCT FROM (coalesce(t.transfers, 0), coalesce(t.seq, 0))
            """),
        new QueryCheck(
            "gone-back",
            "No more went back of a transfer than it had moved: refunded, charged back, corrected, or credited by a dispute.",
            """
            WITH back AS (
                SELECT reference, sum(amount) FILTER (WHERE reason IN (12, 13, 22)) AS taken, sum(amount) FILTER (WHERE reason IN (12, 13, 20)) AS given,
                    sum(amount) FILTER (WHERE reason = 20) AS credited, sum(amount) FILTER (WHERE reason = 21) AS ended
                FROM ledger_transfer WHERE reason IN (12, 13, 20, 21, 22) AND kind IN (1, 3) GROUP BY reference),
            moved AS (
                SELECT t.transfer_id, t.reason, t.reference, CASE t.kind WHEN 1 THEN t.amount WHEN 2 THEN coalesce(r.amount, 0) ELSE 0 END AS amount
                FROM ledger_transfer AS t LEFT JOIN ledger_transfer AS r ON r.pending_id = t.transfer_id AND r.kind = 3)
            SELECT format('of transfer %s, which moved %s, %s were taken back, %s given back, and of %s credited %s ended',
                b.reference, m.amount, b.taken, b.given, b.credited, coalesce(b.ended, 0) + coalesce(c.amount, 0))
            FROM back AS b
            LEFT JOIN moved AS m ON m.transfer_id = b.reference
            LEFT JOIN (
                SELECT m.reference, sum(x.taken) AS amount FROM moved AS m JOIN back AS x ON x.reference = m.transfer_id
                WHERE m.reason = 20 GROUP BY m.reference) AS c ON c.reference = b.reference
            WHERE m.transfer_id IS NULL OR b.taken > m.amount OR b.given - coalesce(b.ended, 0) > m.amount
                OR coalesce(b.ended, 0) + coalesce(c.amount, 0) > coalesce(b.credited, 0)
            """),
        .. PendingChecks.All,
        .. CardChecks.All,
        .. RedPacketChecks.All,
        new RailCheck(),
    ];
}
