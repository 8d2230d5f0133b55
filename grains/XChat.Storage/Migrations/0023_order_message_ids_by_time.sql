-- contract: unused since 0002: conversation_entry_message by its columns' order; every statement names both, and the new key refuses what the old one did
--
-- The key that recognises a message by its id begins with the id. Devices make ids that rise with time, so new ones go next to each other at the
-- end of the index, whatever conversation they are for, instead of to a page for each conversation.
--
-- Building it stops messages for as long as that takes, half a second for a million of them in memory. A large database has it built beforehand,
-- while it is used: CREATE UNIQUE INDEX CONCURRENTLY conversation_entry_id ON conversation_entry (message_id, conversation_id). One that did not come
-- to its end is refused here.

CREATE UNIQUE INDEX IF NOT EXISTS conversation_entry_id ON conversation_entry (message_id, conversation_id);

ALTER TABLE conversation_entry ADD CONSTRAINT conversation_entry_id UNIQUE USING INDEX conversation_entry_id;

ALTER TABLE conversation_entry DROP CONSTRAINT conversation_entry_message;
