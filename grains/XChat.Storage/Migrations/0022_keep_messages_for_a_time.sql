-- The operator's retention policy: how far the log has been emptied of messages that are older than it allows.
--
-- The log grows in the order of time, so a block-range index finds a stretch of time in it at next to no cost for an insert; emptied rows move
-- to younger blocks, which is why each range keeps several intervals.

CREATE INDEX conversation_entry_age ON conversation_entry USING brin (created_at timestamptz_minmax_multi_ops);

CREATE TABLE conversation_retention (
    only_row    boolean     PRIMARY KEY DEFAULT true CHECK (only_row),
    swept_until timestamptz NOT NULL
);

INSERT INTO conversation_retention (swept_until) SELECT coalesce(min(created_at), now()) FROM conversation_entry;
