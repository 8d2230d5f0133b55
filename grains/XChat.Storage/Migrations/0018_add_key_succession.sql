-- Account keys that are passed on: when a device is taken out, the account gets another key, which the one before signed for.
--
-- Two columns without a default and a function in place of another: no row is rewritten, and the locks are short.

-- The signature of the account key before over the present one; null: the account has its first key.
ALTER TABLE account ADD COLUMN key_succession bytea CHECK (octet_length(key_succession) = 64);

-- The same, of a change that gave the account another key; the key log shows it.
ALTER TABLE key_log_pending ADD COLUMN key_succession bytea CHECK (octet_length(key_succession) = 64);

CREATE OR REPLACE FUNCTION queue_for_key_log() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    succession bytea;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF NEW.account_key <> OLD.account_key THEN
            succession := NEW.key_succession;
        END IF;
    END IF;
    INSERT INTO key_log_pending (user_id, label, version, account_key, device_list_hash, key_succession)
    VALUES (NEW.user_id, NEW.handle, NEW.device_list_version, NEW.account_key, sha256(NEW.device_list), succession);
    RETURN NULL;
END
$$;
