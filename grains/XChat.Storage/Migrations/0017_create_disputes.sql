-- Payments that their payers dispute, with the clocks of the law.
--
-- A new table, and an index on ledger_transfer: while it is built (a scan of the table, seconds for millions of rows) no transfer is written. What it
-- holds is few: refunds and chargebacks, by the payment that they give back.

CREATE TABLE payment_dispute (
    transfer_id       uuid        PRIMARY KEY,
    payer_id          uuid        NOT NULL,
    payee_id          uuid        NOT NULL,
    currency          text        COLLATE "C" NOT NULL CHECK (octet_length(currency) = 3),
    -- What was not refunded when the dispute began.
    amount            bigint      NOT NULL CHECK (amount > 0),
    reason            text        NOT NULL CHECK (length(reason) BETWEEN 1 AND 500),
    -- 1 open, 2 upheld, 3 rejected, 4 withdrawn, 5 upheld because nobody decided in time.
    state             smallint    NOT NULL CHECK (state BETWEEN 1 AND 5),
    -- Money that is to move, each 0 not, 1 due, 2 done: the credit to the payer, the charge to the payee, and the credit taken back.
    credit            smallint    NOT NULL CHECK (credit BETWEEN 0 AND 2),
    charge            smallint    NOT NULL CHECK (charge BETWEEN 0 AND 2),
    taken_back        smallint    NOT NULL CHECK (taken_back BETWEEN 0 AND 2),
    -- Counts tries, since the ledger keeps a refusal with its id for good.
    attempt           integer     NOT NULL CHECK (attempt >= 0),
    opened_at         timestamptz NOT NULL,
    credit_by         timestamptz NOT NULL CHECK (credit_by > opened_at),
    decide_by         timestamptz NOT NULL CHECK (decide_by >= credit_by),
    decided_at        timestamptz,
    -- When the sweep looks at it next; null when nothing is left to do.
    due_at            timestamptz,
    version           bigint      NOT NULL CHECK (version > 0),
    CHECK ((state = 1) = (decided_at IS NULL)),
    CHECK (charge = 0 OR state = 2),
    -- Nothing is taken back that was not given.
    CHECK (taken_back = 0 OR (credit = 2 AND state IN (3, 4)))
);

CREATE INDEX payment_dispute_due ON payment_dispute (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX payment_dispute_open ON payment_dispute (opened_at, transfer_id) WHERE state = 1;

CREATE INDEX ledger_transfer_given_back ON ledger_transfer (reference) WHERE reason IN (12, 22);
