namespace XChat.Storage.Wallets.Verification;

/// <summary>The rules of red packets and of bills that are split: what was shared out, and that the ledger moved just that.</summary>
internal static class RedPacketChecks
{
    public static IReadOnlyList<ILedgerCheck> All { get; } =
    [
        new QueryCheck(
            "red-packet-shares",
            "The shares of a red packet are counted and summed by it, never exceed it, and with what went back they make up the whole.",
            """
            SELECT format('red packet %s of %s: its %s shares are %s with %s refunded, it says %s shares of %s',
                p.packet_id, p.amount, c.claims, c.claimed, p.refund, p.claims, p.claimed)
            FROM red_packet AS p, LATERAL (
                SELECT count(*) AS claims, coalesce(sum(amount), 0) AS claimed FROM red_packet_claim WHERE packet_id = p.packet_id) AS c
            WHERE (p.claims, p.claimed) <> (c.claims, c.claimed) OR c.claims > p.count OR c.claimed > p.amount
                OR (p.stage = 4 AND c.claimed + p.refund <> p.amount) OR (p.stage <> 4 AND p.refund <> 0)
            """),
        new QueryCheck(
            "red-packet-persons",
            "Nobody has two shares of one red packet.",
            """
            SELECT format('red packet %s: person %s has %s shares', packet_id, user_id, count(*))
            FROM red_packet_claim GROUP BY packet_id, user_id HAVING count(*) > 1
            """),
        new QueryCheck(
            "red-packet-money",
            "What leaves a red packet's wallet is a share to the person who has it, or the rest to the payer, each once and to the cent; it is filled once.",
            """
            WITH side AS (
                SELECT a.owner_id AS packet_id, t.credit_account AS other, true AS leaves, t.transfer_id, t.reason, t.amount
                FROM ledger_account AS a JOIN ledger_transfer AS t ON t.debit_account = a.account_id WHERE a.kind = 2 AND t.kind IN (1, 3)
                UNION ALL
                SELECT a.owner_id, t.debit_account, false, t.transfer_id, t.reason, t.amount
                FROM ledger_account AS a JOIN ledger_transfer AS t ON t.credit_account = a.account_id WHERE a.kind = 2 AND t.kind IN (1, 3)),
            moved AS (
                SELECT s.*, o.owner_id AS person, count(*) OVER (PARTITION BY s.packet_id, s.other, s.reason, s.leaves) AS times
                FROM side AS s JOIN ledger_account AS o ON o.account_id = s.other)
            SELECT format('red packet %s: transfer %s of %s (reason %s)', m.packet_id, m.transfer_id, m.amount, m.reason)
            FROM moved AS m
            LEFT JOIN red_packet AS p ON p.packet_id = m.packet_id
            LEFT JOIN red_packet_claim AS c ON c.packet_id = m.packet_id AND c.user_id = m.person
            WHERE m.times > 1 OR NOT coalesce(CASE
                WHEN NOT m.leaves THEN m.reason = 4 AND m.amount = p.amount AND m.person = p.payer_id
                WHEN m.reason = 5 THEN m.amount = c.amount
                WHEN m.reason = 6 THEN m.amount = p.refund AND m.person = p.payer_id
                ELSE false END, false)
            """),
        new QueryCheck(
            "red-packet-unpaid",
            "An hour after it was decided, a share is paid, and the rest is back when the packet has ended, unless its wallet is frozen.",
            """
            SELECT format('red packet %s: %s are decided, %s have left its wallet', p.packet_id, c.decided + p.refund, coalesce(a.debits_posted, 0))
            FROM red_packet AS p
            CROSS JOIN LATERAL (
                SELECT coalesce(sum(amount), 0) AS decided FROM red_packet_claim
                WHERE packet_id = p.packet_id AND claimed_at < now() - interval '1 hour') AS c
            LEFT JOIN ledger_account AS a ON a.kind = 2 AND a.owner_id = p.packet_id AND a.currency = p.currency
            WHERE p.stage IN (2, 4) AND a.frozen IS NOT TRUE
                AND coalesce(a.debits_posted, 0) < c.decided + CASE WHEN p.expires_at < now() - interval '1 hour' THEN p.refund ELSE 0 END
            """),
        new QueryCheck(
            "request-shares",
            "The shares of a bill or a request add up to its total; a paid one was paid to the one who asked, in its currency and to the cent.",
            """
            SELECT format('request %s of %s: its shares are %s', r.request_id, r.total, coalesce(sum(s.amount), 0))
            FROM payment_request AS r LEFT JOIN payment_request_share AS s USING (request_id)
            GROUP BY r.request_id HAVING coalesce(sum(s.amount), 0) <> r.total
            UNION ALL
            SELECT format('request %s: the share of %s is said to be paid by transfer %s', s.request_id, s.user_id, s.transfer_id)
            FROM payment_request_share AS s
            JOIN payment_request AS r USING (request_id)
            LEFT JOIN ledger_transfer AS t ON t.transfer_id = s.transfer_id
            LEFT JOIN ledger_account AS d ON d.account_id = t.debit_account
            LEFT JOIN ledger_account AS c ON c.account_id = t.credit_account
            WHERE s.state = 3 AND (t.amount, t.currency, d.owner_id, c.owner_id) IS DISTINCT FROM (s.amount, r.currency, s.user_id, r.requester_id)
            """),
    ];
}
