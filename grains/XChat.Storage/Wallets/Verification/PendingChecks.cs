namespace XChat.Storage.Wallets.Verification;

/// <summary>The rules of pending transfers.</summary>
internal static class PendingChecks
{
    public static IReadOnlyList<ILedgerCheck> All { get; } =
    [
        new QueryCheck(
            "resolutions",
            "What ends a pending transfer is between the same accounts, comes after it, frees what it had reserved, and is the only one.",
            """
            SELECT format('transfer %s ends %s', r.transfer_id, r.pending_id)
            FROM (SELECT *, count(*) OVER (PARTITION BY pending_id) AS ends FROM ledger_transfer WHERE pending_id IS NOT NULL) AS r
            LEFT JOIN ledger_transfer AS p ON p.transfer_id = r.pending_id
            WHERE r.ends > 1 OR p.transfer_id IS NULL OR p.kind <> 2 OR p.amount <> r.reserved OR r.amount > p.amount OR p.seq >= r.seq
                OR (p.debit_account, p.credit_account) <> (r.debit_account, r.credit_account)
            """),
        new QueryCheck(
            "open-pending",
            "The list of open pending transfers has those that nothing has ended, and only those.",
            """
            SELECT format('pending transfer %s: open %s, listed %s',
                coalesce(t.transfer_id, p.transfer_id), t.transfer_id IS NOT NULL, p.transfer_id IS NOT NULL)
            FROM (
                SELECT transfer_id, debit_account, credit_account, amount, expires_at FROM ledger_transfer AS o
                WHERE kind = 2 AND NOT EXISTS (SELECT FROM ledger_transfer AS r WHERE r.pending_id = o.transfer_id)) AS t
            FULL JOIN ledger_pending AS p USING (transfer_id)
            WHERE (t.debit_account, t.credit_account, t.amount, t.expires_at) IS DISTINCT FROM
                (p.debit_account, p.credit_account, p.amount, p.expires_at)
            """),
        new QueryCheck(
            "overdue-pending",
            "No pending transfer is open an hour after its time: the sweep of every silo ends them within seconds.",
            """
            SELECT format('pending transfer %s has been over since %s', transfer_id, expires_at)
            FROM ledger_pending WHERE expires_at < now() - interval '1 hour'
            """),
    ];
}
