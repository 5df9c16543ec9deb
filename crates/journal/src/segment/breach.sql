ALTER TABLE journal_segment ADD COLUMN breach BLOB;  -- what an operator acknowledged before it, signed with it
