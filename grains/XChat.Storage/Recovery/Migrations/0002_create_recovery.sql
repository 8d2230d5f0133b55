-- The records of a realm: what it has of each account's PIN recovery, and who guessed.
--
-- New tables only. Small: one row an account, and at most 64 attempts each. The deposits are encrypted under the realm's key, which is not in the
-- database; a copy of the database alone opens none.

CREATE TABLE recovery_record (
    realm_id           uuid        NOT NULL,
    account_key        bytea       NOT NULL CHECK (octet_length(account_key) = 32),
    -- Fences every change by a device; a deleted record keeps its row, so that an old change cannot be replayed.
    revision           bigint      NOT NULL CHECK (revision >= 1),
    -- The shares in force, and those that wait to be.
    current_version    bytea       CHECK (octet_length(current_version) = 16),
    current_generation integer     CHECK (current_generation >= 1),
    current_statement  bytea       CHECK (octet_length(current_statement) <= 1024),
    current_deposit    bytea       CHECK (octet_length(current_deposit) <= 1024),
    current_gate       bytea       CHECK (octet_length(current_gate) = 32),
    next_version       bytea       CHECK (octet_length(next_version) = 16),
    next_generation    integer     CHECK (next_generation >= 1),
    next_statement     bytea       CHECK (octet_length(next_statement) <= 1024),
    next_deposit       bytea       CHECK (octet_length(next_deposit) <= 1024),
    next_gate          bytea       CHECK (octet_length(next_gate) = 32),
    list_version       bigint      NOT NULL DEFAULT 0,
    guess_count        integer     NOT NULL DEFAULT 0,
    guess_limit        integer     NOT NULL CHECK (guess_limit BETWEEN 1 AND 100),
    last_guess         bytea       CHECK (octet_length(last_guess) = 32),
    next_attempt_at    timestamptz,
    vetoed_until       timestamptz,
    destroyed_at       timestamptz,
    changed_at         timestamptz NOT NULL,
    PRIMARY KEY (realm_id, account_key),
    CONSTRAINT recovery_guesses CHECK (guess_count BETWEEN 0 AND guess_limit),
    CHECK (num_nulls(current_version, current_generation, current_statement, current_deposit) IN (0, 4)),
    CHECK (num_nulls(next_version, next_generation, next_statement, next_deposit) IN (0, 4)),
    CONSTRAINT recovery_destroyed CHECK (destroyed_at IS NULL OR (current_version IS NULL AND next_version IS NULL))
);

CREATE TABLE recovery_attempt (
    realm_id    uuid        NOT NULL,
    account_key bytea       NOT NULL,
    position    bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    at          timestamptz NOT NULL,
    outcome     smallint    NOT NULL,
    -- Null for an attempt without a device.
    device_id   uuid,
    PRIMARY KEY (realm_id, account_key, position),
    FOREIGN KEY (realm_id, account_key) REFERENCES recovery_record
);
