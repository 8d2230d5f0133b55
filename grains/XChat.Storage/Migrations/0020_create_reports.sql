-- Messages that their recipients showed to the operator. The only plaintext of messages in this database, each row by the will of somebody who received it.
--
-- A new table only.

CREATE TABLE message_report (
    number           bigint      PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    reporter_user    uuid        NOT NULL,
    reporter_device  uuid        NOT NULL,
    conversation_id  uuid        NOT NULL,
    seq              bigint      NOT NULL CHECK (seq >= 1),
    message_id       uuid        NOT NULL,
    sender_user      uuid        NOT NULL,
    sender_device    uuid        NOT NULL,
    sent_at          timestamptz NOT NULL,
    -- What was verified to be what was sent.
    content          bytea       NOT NULL CHECK (octet_length(content) BETWEEN 1 AND 65536),
    reason           text        NOT NULL CHECK (octet_length(reason) <= 1000),
    reported_at      timestamptz NOT NULL,
    CONSTRAINT message_report_once UNIQUE (reporter_user, conversation_id, seq)
);

-- How many a person made of late.
CREATE INDEX message_report_by_reporter ON message_report (reporter_user, reported_at);
