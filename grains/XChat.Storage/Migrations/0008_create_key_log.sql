-- The key log: every account key and device list that was ever in force, in one append-only order, with the head that the server signed last.
--
-- New tables, and a trigger on account: it takes a short lock there, and a row for each account that is there goes into the queue. One small row for
-- each registration and each device list.

-- What is in force and not in the log yet. Written by the transaction that puts it in force, whoever runs it: nothing can come between.
CREATE TABLE key_log_pending (
    position         bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    user_id          uuid   NOT NULL,
    label            text   COLLATE "C" NOT NULL,
    version          bigint NOT NULL,
    account_key      bytea  NOT NULL,
    device_list_hash bytea  NOT NULL CHECK (octet_length(device_list_hash) = 32)
);

CREATE TABLE key_log_entry (
    index     bigint PRIMARY KEY CHECK (index >= 0),
    label     text   COLLATE "C" NOT NULL,
    version   bigint NOT NULL,
    statement bytea  NOT NULL CHECK (octet_length(statement) BETWEEN 1 AND 256),
    CONSTRAINT key_log_entry_version UNIQUE (label, version)
);

-- One row: the size fences every change. There is no signed head before the first silo has made one.
CREATE TABLE key_log_head (
    single      boolean PRIMARY KEY DEFAULT true CHECK (single),
    size        bigint  NOT NULL CHECK (size >= 0),
    signed_head bytea   CHECK (octet_length(signed_head) = 148)
);
INSERT INTO key_log_head (size) VALUES (0);

-- Each key after the first is endorsed by the one before it. Who has a seed can sign heads, and nothing else.
CREATE TABLE key_log_signing_key (
    number      integer     PRIMARY KEY CHECK (number >= 1),
    seed        bytea       NOT NULL CHECK (octet_length(seed) = 32),
    public_key  bytea       NOT NULL CHECK (octet_length(public_key) = 32),
    endorsement bytea       NOT NULL CHECK ((number = 1) = (octet_length(endorsement) = 0)),
    created_at  timestamptz NOT NULL DEFAULT now()
);

CREATE FUNCTION queue_for_key_log() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO key_log_pending (user_id, label, version, account_key, device_list_hash)
    VALUES (NEW.user_id, NEW.handle, NEW.device_list_version, NEW.account_key, sha256(NEW.device_list));
    RETURN NULL;
END
$$;

CREATE TRIGGER account_key_log AFTER INSERT OR UPDATE OF device_list_version ON account
    FOR EACH ROW EXECUTE FUNCTION queue_for_key_log();

INSERT INTO key_log_pending (user_id, label, version, account_key, device_list_hash)
SELECT user_id, handle, device_list_version, account_key, sha256(device_list) FROM account ORDER BY created_at, user_id;
