CREATE TABLE journal_term (
    term      BIGINT PRIMARY KEY,  -- begun by a restore
    after     BIGINT NOT NULL,     -- the term of what was restored
    sealed    BIGINT NOT NULL,     -- up to where that was sealed
    kid       TEXT NOT NULL,       -- the root key that the signing key was derived from
    signature BLOB NOT NULL        -- Ed25519
);

ALTER TABLE journal_retention ADD COLUMN version BIGINT;  -- counts all changes of any realm's

ALTER TABLE journal_retention ADD COLUMN kid TEXT;

ALTER TABLE journal_retention ADD COLUMN signature BLOB;  -- Ed25519
