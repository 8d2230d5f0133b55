-- Payments appear in conversations: an entry of kind 10 names the transfer that it shows.
--
-- The constraint is replaced without a look at the rows, which all satisfy the narrower one: a short exclusive lock, however large the table.

ALTER TABLE conversation_entry DROP CONSTRAINT conversation_entry_kind_check;
ALTER TABLE conversation_entry ADD CONSTRAINT conversation_entry_kind_check CHECK (kind BETWEEN 1 AND 10) NOT VALID;

-- One entry a transfer, whoever appends it. Every other kind stays out of this index.
CREATE UNIQUE INDEX conversation_entry_payment ON conversation_entry (target) WHERE kind = 10;
