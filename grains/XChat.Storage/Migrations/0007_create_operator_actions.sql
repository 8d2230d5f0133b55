-- What operators did, in a hash chain. A new table: nothing that is there is locked or changed. Small: two rows for each action of a person.

CREATE TABLE operator_action (
    seq           bigint   PRIMARY KEY CHECK (seq >= 1),
    -- Unix milliseconds: hashed, so kept exactly.
    time_ms       bigint   NOT NULL,
    operator      text     NOT NULL CHECK (length(operator) BETWEEN 1 AND 100),
    action        text     NOT NULL CHECK (length(action) BETWEEN 1 AND 100),
    subject       text     NOT NULL CHECK (length(subject) BETWEEN 1 AND 200),
    detail        text     NOT NULL CHECK (length(detail) <= 4000),
    -- OperatorStage
    stage         smallint NOT NULL CHECK (stage BETWEEN 1 AND 3),
    -- Unique: no two entries follow the same one.
    previous_hash bytea    NOT NULL UNIQUE CHECK (octet_length(previous_hash) = 32),
    hash          bytea    NOT NULL UNIQUE CHECK (octet_length(hash) = 32)
);

-- Nobody changes an entry by accident; who does so on purpose has to take the trigger off first, and the chain still shows it.
CREATE FUNCTION refuse_change_of_operator_action() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'operator_action is only appended to';
END $$;

CREATE TRIGGER operator_action_is_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON operator_action
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_operator_action();
