-- contract: unused since 0002: more going back of a transfer than it had moved, which no version means to write; the new index answers what the two did
--
-- No more goes back of a transfer than it had moved, whoever gives it back: its payee (refund), a dispute, an operator. Each looks at what went back
-- before it decides, but two may look at the same moment, and a command may become durable long after the one who gave it stopped waiting for it.
--
-- The trigger looks at each such row once more, behind all that its transaction writes. It needs no lock of its own: all that is taken back of a
-- transfer is debited to one account, and all that is given back credited to one, and the rows of accounts are locked before transfers are inserted.
-- Whoever comes second waits there, and then sees the first. Other transfers pay for one comparison.
--
-- Rows that are there are not looked at: xchat-admin ledger verify names what they did (gone-back). The index is built over a scan of
-- ledger_transfer, seconds for millions of rows, in which no transfer is written. What it holds is few.

CREATE INDEX ledger_transfer_back ON ledger_transfer (reference) WHERE reason IN (12, 13, 20, 21, 22);
DROP INDEX ledger_transfer_given_back;
DROP INDEX ledger_transfer_corrected;

-- Of a transfer: what it moved; what went away again from who got it (refunds 12, corrections 13, chargebacks 22); what came back to who gave it
-- (refunds, corrections, and the credit of a dispute 20 unless it was taken back 21); and what stands of that credit. A credit itself has gone back as
-- far as it was taken back or corrected.
CREATE FUNCTION ledger_gone_back(of uuid)
RETURNS TABLE (debit_account uuid, credit_account uuid, moved bigint, taken bigint, given bigint, credited bigint) LANGUAGE sql STABLE AS $$
    SELECT t.debit_account, t.credit_account,
        CASE t.kind
            WHEN 1 THEN t.amount
            WHEN 2 THEN coalesce((SELECT r.amount FROM ledger_transfer AS r WHERE r.pending_id = t.transfer_id AND r.kind = 3), 0)
            ELSE 0
        END,
        (b.taken + CASE t.reason
            WHEN 20 THEN coalesce((SELECT sum(x.amount) FROM ledger_transfer AS x WHERE x.reference = t.reference AND x.reason = 21), 0)
            ELSE 0
        END)::bigint,
        b.given::bigint,
        (b.credited - coalesce((
            SELECT sum(x.amount) FROM ledger_transfer AS c JOIN ledger_transfer AS x ON x.reference = c.transfer_id AND x.reason = 13
            WHERE c.reference = t.transfer_id AND c.reason = 20), 0))::bigint
    FROM ledger_transfer AS t
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(x.amount) FILTER (WHERE x.reason IN (12, 13, 22)), 0) AS taken,
            coalesce(sum(CASE x.reason WHEN 21 THEN -x.amount ELSE x.amount END) FILTER (WHERE x.reason <> 22), 0) AS given,
            coalesce(sum(CASE x.reason WHEN 21 THEN -x.amount ELSE x.amount END) FILTER (WHERE x.reason IN (20, 21)), 0) AS credited
        FROM ledger_transfer AS x WHERE x.reference = t.transfer_id AND x.reason IN (12, 13, 20, 21, 22)) AS b
    WHERE t.transfer_id = of
$$;

CREATE FUNCTION ledger_bound_back() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    back record;
BEGIN
    SELECT * INTO back FROM ledger_gone_back(NEW.reference);
    IF NOT FOUND OR NEW.kind <> 1
        OR (NEW.reason = 12 AND (NEW.debit_account, NEW.credit_account) <> (back.credit_account, back.debit_account))
        OR (NEW.reason = 20 AND NEW.credit_account <> back.debit_account)
        OR (NEW.reason = 21 AND NEW.debit_account <> back.debit_account)
        OR (NEW.reason = 22 AND NEW.debit_account <> back.credit_account)
        OR back.taken > back.moved OR back.given > back.moved OR back.credited < 0
    THEN
        RAISE EXCEPTION 'more would go back of transfer % than it moved', NEW.reference
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'ledger_transfer_back', TABLE = 'ledger_transfer';
    END IF;

    RETURN NULL;
END
$$;

CREATE TRIGGER ledger_transfer_back AFTER INSERT ON ledger_transfer
    FOR EACH ROW WHEN (NEW.reason IN (12, 13, 20, 21, 22)) EXECUTE FUNCTION ledger_bound_back();
