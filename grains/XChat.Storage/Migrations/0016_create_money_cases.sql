-- What people have to look into, and whose records must not go. New tables only: nothing that is there is locked or changed.

CREATE TABLE money_case (
    case_id   uuid        PRIMARY KEY,
    -- 1 screening, 2 dispute.
    kind      smallint    NOT NULL CHECK (kind IN (1, 2)),
    -- Whom it concerns.
    user_id   uuid        NOT NULL,
    -- What it is about: the entry of the screening list, or the disputed transfer. One case for each.
    subject   text        NOT NULL CHECK (length(subject) BETWEEN 1 AND 200),
    detail    text        NOT NULL CHECK (length(detail) <= 2000),
    -- 1 open, 2 cleared: there was nothing to it, 3 confirmed.
    state     smallint    NOT NULL CHECK (state BETWEEN 1 AND 3),
    opened_at timestamptz NOT NULL,
    closed_at timestamptz,
    CONSTRAINT money_case_once UNIQUE (user_id, kind, subject),
    CHECK ((state = 1) = (closed_at IS NULL))
);

CREATE INDEX money_case_open ON money_case (opened_at, case_id) WHERE state = 1;
CREATE INDEX money_case_closed ON money_case (closed_at) WHERE state <> 1;

CREATE TABLE legal_hold (
    hold_id   uuid        PRIMARY KEY,
    user_id   uuid        NOT NULL,
    reason    text        NOT NULL CHECK (length(reason) BETWEEN 1 AND 1000),
    placed_at timestamptz NOT NULL,
    lifted_at timestamptz
);

CREATE INDEX legal_hold_in_force ON legal_hold (user_id) WHERE lifted_at IS NULL;
