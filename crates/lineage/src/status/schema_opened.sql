-- Every token of the bucket was journaled after this entry; 0 where that is not known.
ALTER TABLE status_bucket ADD COLUMN opened_after BIGINT NOT NULL DEFAULT 0;
