-- Deposits and withdrawals over rails: what the rail has done as far as it is known, and what has been booked for it. The money itself is the ledger's.
--
-- A new table only: nothing that is there is locked or changed. One row a payment, kept for good.

CREATE TABLE rail_payment (
    payment_id      uuid        PRIMARY KEY,
    rail            text        COLLATE "C" NOT NULL CHECK (rail ~ '^[a-z0-9-]{1,32}$'),
    user_id         uuid        NOT NULL,
    -- 1 deposit, 2 withdrawal.
    kind            smallint    NOT NULL CHECK (kind IN (1, 2)),
    currency        text        COLLATE "C" NOT NULL CHECK (octet_length(currency) = 3),
    amount          bigint      NOT NULL CHECK (amount > 0),
    destination     text        NOT NULL CHECK (length(destination) <= 140),
    -- By which a repeated order is recognised.
    order_hash      bytea       NOT NULL CHECK (octet_length(order_hash) = 32),
    created_at      timestamptz NOT NULL,
    -- The rail's side: 0 not known to have it, 1 under way, 2 failed, 3 settled. Returns only grow.
    stage           smallint    NOT NULL CHECK (stage BETWEEN 0 AND 3),
    reference       text        NOT NULL CHECK (length(reference) <= 255),
    instruction     text        NOT NULL CHECK (length(instruction) <= 2048),
    failure         text        NOT NULL CHECK (length(failure) <= 255),
    returned        bigint      NOT NULL CHECK (returned BETWEEN 0 AND amount),
    -- The ledger's side: 0 nothing, 1 reserved, 2 moved, 3 freed, 4 refused by the wallet, whose status is kept then.
    ledger          smallint    NOT NULL CHECK (ledger BETWEEN 0 AND 4),
    refusal         smallint    NOT NULL CHECK (refusal >= 0),
    reversed        bigint      NOT NULL CHECK (reversed BETWEEN 0 AND returned),
    owed            bigint      NOT NULL CHECK (owed BETWEEN 0 AND reversed),
    -- The rail has said what cannot be true beside what was booked: an operator has to look.
    contradicted    boolean     NOT NULL,
    version         bigint      NOT NULL CHECK (version > 0),
    changed_at      timestamptz NOT NULL,
    -- When the sweep looks at it next; null when it need not.
    due_at          timestamptz,
    CONSTRAINT rail_payment_moved CHECK (ledger <> 2 OR stage = 3),
    CONSTRAINT rail_payment_kept CHECK (ledger NOT IN (1, 3, 4) OR kind = 2),
    CONSTRAINT rail_payment_refused CHECK ((ledger = 4) = (refusal > 0)),
    CONSTRAINT rail_payment_reversed CHECK (reversed = 0 OR ledger = 2),
    CONSTRAINT rail_payment_destination CHECK (kind = 2 OR destination = '')
);

CREATE INDEX rail_payment_due ON rail_payment (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX rail_payment_contradicted ON rail_payment (payment_id) WHERE contradicted;

-- The rail knows a payment by its terms: they never change, and what is known of either side never goes back.
CREATE FUNCTION keep_rail_payment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.rail, OLD.user_id, OLD.kind, OLD.currency, OLD.amount, OLD.destination, OLD.order_hash, OLD.created_at)
            IS DISTINCT FROM (NEW.rail, NEW.user_id, NEW.kind, NEW.currency, NEW.amount, NEW.destination, NEW.order_hash, NEW.created_at)
        OR NEW.stage < OLD.stage OR NEW.returned < OLD.returned OR NEW.ledger < OLD.ledger OR NEW.reversed < OLD.reversed OR NEW.owed < OLD.owed
        OR (OLD.contradicted AND NOT NEW.contradicted)
    THEN
        RAISE EXCEPTION 'A payment over a rail keeps its terms and never goes back.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER rail_payment_kept BEFORE UPDATE ON rail_payment FOR EACH ROW EXECUTE FUNCTION keep_rail_payment();
