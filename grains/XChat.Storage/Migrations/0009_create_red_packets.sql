-- Red packets and payment requests: who may get what, and who has. The money itself is the ledger's.
--
-- New tables only: nothing that is there is locked or changed.

CREATE TABLE red_packet (
    packet_id       uuid        PRIMARY KEY,
    payer_id        uuid        NOT NULL,
    conversation_id uuid        NOT NULL,
    -- 1 equal, 2 lucky.
    mode            smallint    NOT NULL CHECK (mode IN (1, 2)),
    currency        text        COLLATE "C" NOT NULL CHECK (octet_length(currency) = 3),
    amount          bigint      NOT NULL CHECK (amount > 0),
    count           integer     NOT NULL CHECK (count BETWEEN 1 AND 1000),
    -- The signed order, by which a repeat is recognised.
    signed_order    bytea       NOT NULL CHECK (octet_length(signed_order) BETWEEN 1 AND 512),
    -- 1 filling, 2 open, 3 refused by the payer's wallet, 4 ended.
    stage           smallint    NOT NULL CHECK (stage BETWEEN 1 AND 4),
    -- A WalletStatus, once the payer's wallet has answered.
    funding         smallint    NOT NULL DEFAULT 0 CHECK (funding >= 0),
    -- Claims and what they have in all: every claim comes with a step of these from the values that it was decided on.
    claims          integer     NOT NULL DEFAULT 0 CHECK (claims BETWEEN 0 AND count),
    claimed         bigint      NOT NULL DEFAULT 0 CHECK (claimed BETWEEN 0 AND amount),
    -- What went back at the end: with the claims it makes up the whole.
    refund          bigint      NOT NULL DEFAULT 0 CHECK (refund >= 0),
    created_at      timestamptz NOT NULL,
    expires_at      timestamptz NOT NULL CHECK (expires_at > created_at),
    -- When the sweep looks at it next; null when nothing is left to do.
    due_at          timestamptz,
    CONSTRAINT red_packet_each_share CHECK (amount >= count AND amount - claimed >= count - claims),
    CONSTRAINT red_packet_last_takes_rest CHECK (claims < count OR claimed = amount),
    CONSTRAINT red_packet_total CHECK (CASE stage WHEN 4 THEN claimed + refund = amount ELSE refund = 0 END),
    CONSTRAINT red_packet_open_for_claims CHECK (claims = 0 OR stage IN (2, 4))
);

CREATE INDEX red_packet_due ON red_packet (due_at) WHERE due_at IS NOT NULL;

CREATE TABLE red_packet_claim (
    packet_id       uuid        NOT NULL REFERENCES red_packet,
    position        integer     NOT NULL CHECK (position > 0),
    user_id         uuid        NOT NULL,
    amount          bigint      NOT NULL CHECK (amount > 0),
    claimed_at      timestamptz NOT NULL,
    PRIMARY KEY (packet_id, position),
    -- One for each person.
    CONSTRAINT red_packet_claim_person UNIQUE (packet_id, user_id)
);

CREATE TABLE payment_request (
    request_id      uuid        PRIMARY KEY,
    conversation_id uuid        NOT NULL,
    requester_id    uuid        NOT NULL,
    -- A bill that is split, or money asked of one person.
    split           boolean     NOT NULL,
    currency        text        COLLATE "C" NOT NULL CHECK (octet_length(currency) = 3),
    total           bigint      NOT NULL CHECK (total > 0),
    created_at      timestamptz NOT NULL,
    expires_at      timestamptz NOT NULL CHECK (expires_at > created_at),
    cancelled_at    timestamptz
);

CREATE INDEX payment_request_made ON payment_request (requester_id, created_at DESC, request_id);

CREATE TABLE payment_request_share (
    request_id      uuid        NOT NULL REFERENCES payment_request,
    position        integer     NOT NULL CHECK (position BETWEEN 1 AND 1000),
    user_id         uuid        NOT NULL,
    amount          bigint      NOT NULL CHECK (amount > 0),
    -- 1 open, 2 being paid, 3 paid, 4 declined, 5 the requester's own.
    state           smallint    NOT NULL CHECK (state BETWEEN 1 AND 5),
    -- The signed order that pays it, kept before the wallet hears of it.
    transfer_id     uuid,
    device_id       uuid,
    signed_order    bytea       CHECK (octet_length(signed_order) BETWEEN 1 AND 512),
    signature       bytea       CHECK (octet_length(signature) <= 64),
    card            bytea       CHECK (octet_length(card) <= 4096),
    created_at      timestamptz NOT NULL,
    PRIMARY KEY (request_id, user_id),
    UNIQUE (request_id, position),
    CHECK ((state IN (2, 3)) = (transfer_id IS NOT NULL)),
    CHECK ((transfer_id IS NULL) = (device_id IS NULL)),
    CHECK ((transfer_id IS NULL) = (signed_order IS NULL)),
    CHECK ((transfer_id IS NULL) = (signature IS NULL)),
    CHECK ((transfer_id IS NULL) = (card IS NULL))
);

CREATE INDEX payment_request_share_asked ON payment_request_share (user_id, created_at DESC, request_id);

-- The shares of a request are written in one statement, add up to its total, and keep their amounts.
CREATE FUNCTION check_payment_request_total() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM payment_request AS r
        WHERE r.request_id IN (SELECT request_id FROM new_shares)
            AND r.total <> (SELECT sum(s.amount) FROM payment_request_share AS s WHERE s.request_id = r.request_id))
    THEN
        RAISE EXCEPTION 'The shares of a payment request do not add up to its total.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER payment_request_share_total AFTER INSERT ON payment_request_share
    REFERENCING NEW TABLE AS new_shares FOR EACH STATEMENT EXECUTE FUNCTION check_payment_request_total();

CREATE FUNCTION keep_payment_request_share() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The amount of a share never changes.' USING ERRCODE = 'check_violation';
END
$$;

CREATE TRIGGER payment_request_share_kept BEFORE UPDATE OF amount, user_id ON payment_request_share
    FOR EACH ROW WHEN (OLD.amount <> NEW.amount OR OLD.user_id <> NEW.user_id) EXECUTE FUNCTION keep_payment_request_share();
