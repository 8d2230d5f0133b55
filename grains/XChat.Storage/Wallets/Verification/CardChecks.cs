namespace XChat.Storage.Wallets.Verification;

/// <summary>The rules between payments and the conversations that show them.</summary>
internal static class CardChecks
{
    public static IReadOnlyList<ILedgerCheck> All { get; } =
    [
        new QueryCheck(
            "card-twice",
            "A payment is shown once.",
            """
            SELECT format('transfer %s is shown %s times', target, count(*)) FROM conversation_entry WHERE kind = 10 GROUP BY target HAVING count(*) > 1
            """),
        new QueryCheck(
            "card-without-payment",
            "An entry that shows a payment is of its payer, in the conversation of the order.",
            """
            SELECT format('conversation %s, entry %s shows transfer %s', e.conversation_id, e.seq, e.target)
            FROM conversation_entry AS e
            LEFT JOIN ledger_transfer AS t ON t.transfer_id = e.target
            LEFT JOIN ledger_account AS d ON d.account_id = t.debit_account
            WHERE e.kind = 10 AND (t.conversation_id IS DISTINCT FROM e.conversation_id OR d.owner_id IS DISTINCT FROM e.sender_user)
            """),
        new QueryCheck(
            "payment-without-card",
            "A payment in a conversation is shown there once nothing of it is left in the outbox, unless its payer was no member.",
            """
            SELECT format('transfer %s is not shown in conversation %s', t.transfer_id, t.conversation_id)
            FROM ledger_transfer AS t
            JOIN ledger_account AS d ON d.account_id = t.debit_account
            JOIN conversation_member AS m ON m.conversation_id = t.conversation_id AND m.user_id = d.owner_id
            JOIN conversation_entry AS joined ON joined.conversation_id = m.conversation_id AND joined.seq = m.first_seq
            WHERE t.conversation_id IS NOT NULL AND joined.created_at < t.created_at
                AND NOT EXISTS (SELECT FROM conversation_entry AS e WHERE e.kind = 10 AND e.target = t.transfer_id)
                AND NOT EXISTS (SELECT FROM ledger_outbox AS o WHERE o.transfer_id = t.transfer_id)
            """),
        new QueryCheck(
            "untold",
            "What was committed an hour ago has been told: nothing of it is in the outbox.",
            """
            SELECT format('transfer %s of %s, tried %s times', o.transfer_id, t.created_at, o.attempts)
            FROM ledger_outbox AS o
            LEFT JOIN ledger_transfer AS t ON t.transfer_id = o.transfer_id
            LEFT JOIN ledger_transfer AS r ON r.pending_id = o.transfer_id
            WHERE t.transfer_id IS NULL OR greatest(t.created_at, r.created_at) < now() - interval '1 hour'
            """),
    ];
}
