-- The ledger: accounts with counters, transfers that never change, commands that are kept for good.
--
-- New tables only: nothing that is there is locked or changed. One row an account, and for each transfer a row of 300 bytes here, one of 120 in
-- ledger_command, and one in ledger_outbox for the moments until the parties have been told.
--
-- The writer of an account's debits states the place of each new transfer in the account's chain. Two writers cannot both have that place (primary
-- key), and the account's row takes the debit only at the place that the writer decided on: that fences every debit. Credits only add to a row.
-- Whatever the writer has got wrong - funds, signs, sides, places, ids - a constraint refuses.
--
-- Accounts are spread over 1,024 logical buckets by the first ten bits of their id, which is a hash of kind, owner and currency. All rows of a
-- chain, of its commands, open pendings and outbox carry the debited account's id, so a range of ids can move to a database of its own. A transfer
-- between databases then goes through a clearing account in each, as two linked transfers.

CREATE TABLE ledger_account (
    account_id      uuid        PRIMARY KEY,
    bucket          smallint    NOT NULL GENERATED ALWAYS AS ((('x' || left(account_id::text, 3))::bit(12)::integer >> 2)::smallint) STORED,
    -- 1 user, 2 red packet, 3 escrow, 4 fees, 5 rail, 6 clearing. Only rails and clearing have their money elsewhere.
    kind            smallint    NOT NULL CHECK (kind BETWEEN 1 AND 6),
    owner_id        uuid        NOT NULL,
    currency        text        COLLATE "C" NOT NULL CHECK (octet_length(currency) = 3),
    -- Minor units. The posted counters only grow; the pending ones are what is reserved now.
    debits_pending  bigint      NOT NULL DEFAULT 0 CHECK (debits_pending >= 0),
    debits_posted   bigint      NOT NULL DEFAULT 0 CHECK (debits_posted >= 0),
    credits_pending bigint      NOT NULL DEFAULT 0 CHECK (credits_pending >= 0),
    credits_posted  bigint      NOT NULL DEFAULT 0 CHECK (credits_posted >= 0),
    -- The account's debits, which are the length of its chain, and the hash over the last of them.
    seq             bigint      NOT NULL DEFAULT 0 CHECK (seq >= 0),
    chain_hash      bytea       NOT NULL DEFAULT decode(repeat('00', 32), 'hex') CHECK (octet_length(chain_hash) = 32),
    -- Debits and credits together: the length of its statement.
    entries         bigint      NOT NULL DEFAULT 0 CHECK (entries >= seq),
    frozen          boolean     NOT NULL DEFAULT false,
    created_at      timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT ledger_account_key UNIQUE (owner_id, kind, currency),
    CONSTRAINT ledger_account_funds CHECK (kind IN (5, 6) OR debits_posted + debits_pending <= credits_posted)
) WITH (fillfactor = 60);

-- One row is one line in the statements of both of its accounts: its place among their entries, and what was posted after it. credit_seq is how
-- many debits the credited account had then; with it, a statement finds the debits before any entry without an index of its own.
CREATE TABLE ledger_transfer (
    debit_account   uuid        NOT NULL,
    seq             bigint      NOT NULL CHECK (seq > 0),
    transfer_id     uuid        NOT NULL,
    command_id      uuid        NOT NULL,
    -- 1 posted, 2 pending, 3 posts a pending one, 4 voids it, 5 lets it expire.
    kind            smallint    NOT NULL CHECK (kind BETWEEN 1 AND 5),
    reason          smallint    NOT NULL CHECK (reason > 0),
    credit_account  uuid        NOT NULL,
    currency        text        COLLATE "C" NOT NULL CHECK (octet_length(currency) = 3),
    amount          bigint      NOT NULL CHECK (amount > 0),
    -- The pending transfer that this one ends, and what that had reserved.
    pending_id      uuid,
    reserved        bigint,
    expires_at      timestamptz,
    reference       uuid,
    conversation_id uuid,
    created_at      timestamptz NOT NULL,
    prev_hash       bytea       NOT NULL CHECK (octet_length(prev_hash) = 32),
    debit_entry     bigint      NOT NULL CHECK (debit_entry >= seq),
    debit_balance   bigint      NOT NULL,
    credit_entry    bigint      NOT NULL CHECK (credit_entry > credit_seq),
    credit_seq      bigint      NOT NULL CHECK (credit_seq >= 0),
    credit_balance  bigint      NOT NULL,
    PRIMARY KEY (debit_account, seq),
    CONSTRAINT ledger_transfer_id UNIQUE (transfer_id),
    CONSTRAINT ledger_transfer_credit_entry UNIQUE (credit_account, credit_entry),
    CHECK (debit_account <> credit_account),
    CHECK ((kind >= 3) = (pending_id IS NOT NULL)),
    CHECK ((kind >= 3) = (reserved IS NOT NULL)),
    CHECK ((kind = 2) = (expires_at IS NOT NULL)),
    -- All or part is posted; what is voided or expires goes whole.
    CHECK (CASE kind WHEN 3 THEN amount <= reserved WHEN 4 THEN amount = reserved WHEN 5 THEN amount = reserved ELSE true END)
);

-- A pending transfer ends once.
CREATE UNIQUE INDEX ledger_transfer_pending ON ledger_transfer (pending_id) WHERE pending_id IS NOT NULL;

-- Kept for good: the same id gets the same answer for ever. A refusal for which time is to blame is kept too.
CREATE TABLE ledger_command (
    command_id      uuid        PRIMARY KEY,
    account_id      uuid        NOT NULL,
    actor_id        uuid        NOT NULL,
    payload_hash    bytea       NOT NULL CHECK (octet_length(payload_hash) = 32),
    -- A WalletStatus: 1 is accepted.
    outcome         smallint    NOT NULL CHECK (outcome > 0),
    -- When accepted: its transfers, and the place of the first in the account's chain.
    transfers       smallint    NOT NULL CHECK (transfers >= 0),
    seq             bigint      NOT NULL CHECK (seq >= 0),
    expires_at      timestamptz,
    created_at      timestamptz NOT NULL,
    CHECK ((outcome = 1) = (transfers > 0)),
    CHECK ((outcome = 1) = (seq > 0))
);

-- The open pending transfers; each goes with the transfer that ends it.
CREATE TABLE ledger_pending (
    transfer_id     uuid        PRIMARY KEY,
    debit_account   uuid        NOT NULL,
    credit_account  uuid        NOT NULL,
    amount          bigint      NOT NULL CHECK (amount > 0),
    reason          smallint    NOT NULL CHECK (reason > 0),
    reference       uuid,
    expires_at      timestamptz NOT NULL,
    -- When the sweep looks at it next.
    due_at          timestamptz NOT NULL,
    CHECK (debit_account <> credit_account)
);

CREATE INDEX ledger_pending_debit ON ledger_pending (debit_account);
CREATE INDEX ledger_pending_credit ON ledger_pending (credit_account);
CREATE INDEX ledger_pending_due ON ledger_pending (due_at);

-- What is still to be told: to the parties' devices, and to the conversation that gets the card. Told and taken away; next to empty at any time.
CREATE TABLE ledger_outbox (
    due_at          timestamptz NOT NULL,
    position        bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    transfer_id     uuid        NOT NULL,
    debit_account   uuid        NOT NULL,
    currency        text        COLLATE "C" NOT NULL,
    -- The owners of the two accounts as far as they are people.
    debit_user      uuid,
    credit_user     uuid,
    conversation_id uuid,
    sender_device   uuid,
    card            bytea       CHECK (octet_length(card) <= 4096),
    attempts        integer     NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    PRIMARY KEY (due_at, position),
    CHECK ((conversation_id IS NULL) = (sender_device IS NULL))
);
