-- What operators have said about people who hold wallets, and what accounts have moved in the windows that limit them.
--
-- New tables only: nothing that is there is locked or changed. A row of wallet_usage for each account, direction and window that the account's tier
-- limits; accounts without limits have none.

CREATE TABLE wallet_holder (
    user_id      uuid        PRIMARY KEY,
    -- Empty: the default of the rules.
    jurisdiction text        NOT NULL CHECK (length(jurisdiction) <= 32),
    tier         text        NOT NULL CHECK (length(tier) <= 32),
    blocked      boolean     NOT NULL,
    -- A payment states the version that it was decided on; with another one it is not committed.
    version      bigint      NOT NULL CHECK (version > 0),
    updated_at   timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE wallet_usage (
    account_id   uuid        NOT NULL,
    -- 1 out, 2 in.
    direction    smallint    NOT NULL CHECK (direction IN (1, 2)),
    -- 1 day, 2 month, 3 year.
    period       smallint    NOT NULL CHECK (period IN (1, 2, 3)),
    -- The first day of the window, counted from 1970-01-01.
    starts_on    integer     NOT NULL,
    amount       bigint      NOT NULL CHECK (amount >= 0),
    transfers    bigint      NOT NULL CHECK (transfers >= 0),
    -- The limit under which the last transfer was counted; null for none. A payment that goes beyond it is not committed.
    most_amount  bigint,
    most         bigint,
    PRIMARY KEY (account_id, direction, period),
    CONSTRAINT wallet_usage_amount CHECK (amount <= most_amount),
    CONSTRAINT wallet_usage_transfers CHECK (transfers <= most)
) WITH (fillfactor = 70);

GRANT SELECT ON wallet_holder TO xchat_ledger;
GRANT SELECT, INSERT, UPDATE ON wallet_usage TO xchat_ledger;

-- The first day of the window that a moment is in. The same as UsageWindows.StartOf.
CREATE FUNCTION wallet_window_start(period smallint, moment timestamptz) RETURNS integer LANGUAGE sql IMMUTABLE AS $$
    SELECT date_trunc(CASE period WHEN 1 THEN 'day' WHEN 2 THEN 'month' ELSE 'year' END, moment AT TIME ZONE 'UTC')::date - DATE '1970-01-01'
$$;
