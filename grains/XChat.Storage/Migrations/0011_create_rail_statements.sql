-- What rails say they hold: their daily statements, as they were read. The books are compared with these and not with what webhooks said.
--
-- New tables only: nothing that is there is locked or changed.

CREATE TABLE rail_statement (
    rail            text        COLLATE "C" NOT NULL CHECK (rail ~ '^[a-z0-9-]{1,32}$'),
    day             date        NOT NULL,
    currency        text        COLLATE "C" NOT NULL CHECK (octet_length(currency) = 3),
    -- Minor units that the rail held for the server at the beginning and the end of the day.
    opening         bigint      NOT NULL,
    closing         bigint      NOT NULL,
    -- The day was over when it was read: nothing is added to it.
    final           boolean     NOT NULL,
    read_at         timestamptz NOT NULL,
    PRIMARY KEY (rail, day, currency)
);

CREATE TABLE rail_statement_line (
    rail            text        COLLATE "C" NOT NULL,
    -- The rail's own name of the line.
    line            text        COLLATE "C" NOT NULL CHECK (length(line) BETWEEN 1 AND 255),
    day             date        NOT NULL,
    currency        text        COLLATE "C" NOT NULL CHECK (octet_length(currency) = 3),
    -- Our payment that the rail names; null where it names none.
    payment_id      uuid,
    -- Positive: the rail holds more.
    amount          bigint      NOT NULL CHECK (amount <> 0),
    PRIMARY KEY (rail, line)
);

CREATE INDEX rail_statement_line_payment ON rail_statement_line (payment_id);

-- A line that has been read never changes: a rail that says something else later is a break, not a correction.
CREATE FUNCTION keep_rail_statement_line() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'A line of a statement never changes.' USING ERRCODE = 'check_violation';
END
$$;

CREATE TRIGGER rail_statement_line_kept BEFORE UPDATE OR DELETE ON rail_statement_line FOR EACH ROW EXECUTE FUNCTION keep_rail_statement_line();
