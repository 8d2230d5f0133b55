-- Conversations: the log of each, who is in it, and its MLS leaves.
--
-- The log has no head beside it: the head is the log's last row, so nothing can fall out of step with it. A writer states the place of
-- its first row. Two writers cannot both have that place (primary key), and a row goes in only behind an existing predecessor, which the
-- insert checks. Together that is a compare-and-swap of the head at the price of one index probe, and it fences every change of a conversation,
-- because each is a row of its log, in the same transaction.

CREATE TABLE conversation (
    conversation_id uuid     PRIMARY KEY,
    type            smallint NOT NULL CHECK (type IN (1, 2)),
    group_id        uuid     NOT NULL,
    epoch           bigint   NOT NULL CHECK (epoch >= 0),
    timer_seconds   integer  NOT NULL DEFAULT 0 CHECK (timer_seconds BETWEEN 0 AND 2419200)
);

-- The hot table. It has no foreign key: a row needs a predecessor, and the first row comes in with its conversation.
CREATE TABLE conversation_entry (
    conversation_id uuid        NOT NULL,
    seq             bigint      NOT NULL CHECK (seq > 0),
    kind            smallint    NOT NULL CHECK (kind BETWEEN 1 AND 9),
    message_id      uuid        NOT NULL,
    sender_user     uuid        NOT NULL,
    sender_device   uuid        NOT NULL,
    epoch           bigint      NOT NULL CHECK (epoch >= 0),
    created_at      timestamptz NOT NULL,
    expires_at      timestamptz,
    target          uuid,
    value           bigint,
    payload         bytea       NOT NULL,
    PRIMARY KEY (conversation_id, seq),
    CONSTRAINT conversation_entry_message UNIQUE (conversation_id, message_id)
);

-- One commit wins each epoch of each MLS group; target is the group's id.
CREATE UNIQUE INDEX conversation_entry_epoch ON conversation_entry (conversation_id, target, epoch) WHERE kind IN (2, 7);

-- A message is deleted for everyone once.
CREATE UNIQUE INDEX conversation_entry_deletion ON conversation_entry (conversation_id, value) WHERE kind = 6;

CREATE INDEX conversation_entry_expiry ON conversation_entry (expires_at) WHERE expires_at IS NOT NULL;


CREATE TABLE conversation_member (
    conversation_id     uuid     NOT NULL REFERENCES conversation,
    user_id             uuid     NOT NULL,
    role                smallint NOT NULL CHECK (role BETWEEN 1 AND 3),
    first_seq           bigint   NOT NULL CHECK (first_seq > 0),
    delivered_seq       bigint   NOT NULL CHECK (delivered_seq >= read_seq),
    read_seq            bigint   NOT NULL CHECK (read_seq >= 0),
    device_list_version bigint   NOT NULL CHECK (device_list_version >= 0),
    PRIMARY KEY (conversation_id, user_id)
) WITH (fillfactor = 80);

-- A person's list, in its order.
CREATE UNIQUE INDEX conversation_member_by_user ON conversation_member (user_id, conversation_id);

CREATE TABLE conversation_leaf (
    conversation_id uuid    NOT NULL REFERENCES conversation,
    leaf            integer NOT NULL CHECK (leaf >= 0),
    user_id         uuid    NOT NULL,
    device_id       uuid    NOT NULL,
    added_seq       bigint  NOT NULL CHECK (added_seq > 0),
    joined          boolean NOT NULL,
    leaving         boolean NOT NULL,
    PRIMARY KEY (conversation_id, leaf),
    UNIQUE (conversation_id, user_id, device_id)
);

-- Certified devices of members that some member's commit has yet to add.
CREATE TABLE conversation_waiting_device (
    conversation_id uuid NOT NULL REFERENCES conversation,
    user_id         uuid NOT NULL,
    device_id       uuid NOT NULL,
    PRIMARY KEY (conversation_id, user_id, device_id)
);

-- A Welcome stays until every device that it is for has joined, is gone, or thirty days are over.
CREATE TABLE conversation_welcome (
    conversation_id uuid        NOT NULL REFERENCES conversation,
    seq             bigint      NOT NULL,
    created_at      timestamptz NOT NULL,
    welcome         bytea       NOT NULL,
    PRIMARY KEY (conversation_id, seq)
);

CREATE INDEX conversation_welcome_age ON conversation_welcome (created_at);
