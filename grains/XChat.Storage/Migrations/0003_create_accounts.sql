-- Accounts: who has which handle, which devices an account certifies, and the key packages of those devices.
--
-- New tables only: nothing that is there is locked or changed. Small: one row an account, and at most some hundred key packages a device.

CREATE TABLE account (
    user_id             uuid        PRIMARY KEY,
    -- Normalised; the alphabet is ASCII, so bytes decide what is equal.
    handle              text        COLLATE "C" NOT NULL CHECK (handle ~ '^[a-z][a-z0-9_.]{2,29}$'),
    -- The handle with everything that looks alike made the same.
    handle_skeleton     text        COLLATE "C" NOT NULL CHECK (handle_skeleton <> ''),
    account_key         bytea       NOT NULL CHECK (octet_length(account_key) = 32),
    -- SHA-256 of what was registered, by which a repeated registration is recognised.
    registration_hash   bytea       NOT NULL CHECK (octet_length(registration_hash) = 32),
    -- The list in force, as the account key signed it. Its version fences every change.
    device_list         bytea       NOT NULL CHECK (octet_length(device_list) BETWEEN 1 AND 8192),
    device_list_version bigint      NOT NULL CHECK (device_list_version >= 1),
    device_list_at      timestamptz NOT NULL,
    -- What is still to be done about the list: the version that all conversations of the account know, and the devices whose sessions are to end.
    told_version        bigint      NOT NULL CHECK (told_version BETWEEN 0 AND device_list_version),
    revoked             uuid[]      NOT NULL DEFAULT '{}',
    created_at          timestamptz NOT NULL,
    CONSTRAINT account_handle UNIQUE (handle),
    CONSTRAINT account_handle_skeleton UNIQUE (handle_skeleton)
);

-- Accounts whose last device list has not been followed up everywhere; next to none at any time.
CREATE INDEX account_unfinished ON account (user_id) WHERE told_version < device_list_version OR revoked <> '{}';

-- A one-time package that was handed out stays as a row without its bytes, so that a repeated upload does not bring it back.
CREATE TABLE key_package (
    user_id     uuid        NOT NULL REFERENCES account,
    device_id   uuid        NOT NULL,
    -- The KeyPackageRef of RFC 9420 section 5.2.
    reference   bytea       NOT NULL CHECK (octet_length(reference) = 32),
    position    bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    package     bytea       CHECK (octet_length(package) BETWEEN 1 AND 2048),
    last_resort boolean     NOT NULL,
    -- Unix seconds, as the package itself says it.
    not_after   bigint      NOT NULL,
    used_at     timestamptz,
    PRIMARY KEY (user_id, device_id, reference),
    CHECK ((package IS NULL) = (used_at IS NOT NULL)),
    CHECK (NOT last_resort OR package IS NOT NULL)
);

-- The packages that can be handed out, oldest first.
CREATE INDEX key_package_available ON key_package (user_id, device_id, position) WHERE package IS NOT NULL AND NOT last_resort;

-- One package of last resort a device.
CREATE UNIQUE INDEX key_package_last_resort ON key_package (user_id, device_id) WHERE last_resort;

-- What the sweep removes.
CREATE INDEX key_package_used ON key_package (used_at) WHERE used_at IS NOT NULL;
CREATE INDEX key_package_expiry ON key_package (not_after) WHERE package IS NOT NULL;
