-- What was corrected of a transfer counts as given back, for refunds, disputes and further corrections of it.
--
-- An index on ledger_transfer: while it is built (a scan of the table, seconds for millions of rows) no transfer is written. What it holds is few.

CREATE INDEX ledger_transfer_corrected ON ledger_transfer (reference) WHERE reason = 13;
