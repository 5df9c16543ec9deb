CREATE TABLE journal_segment (
    first       BIGINT PRIMARY KEY,  -- places of its entries, both included
    last        BIGINT NOT NULL,
    begins_at   BIGINT NOT NULL,     -- earliest and latest time of its entries, ms since 1970
    ends_at     BIGINT NOT NULL,
    root_before BLOB NOT NULL,       -- root of the tree before it, SHA-256
    peaks       BLOB NOT NULL,       -- roots of the whole trees that make up the tree with it
    block       BLOB,                -- root of the block that it completes
    digests     BLOB NOT NULL,       -- first 4 bytes of each leaf's hash; empty once all is dropped
    dropped     BLOB NOT NULL,       -- offset (2 bytes) and leaf's hash of each dropped entry
    kid         TEXT NOT NULL,       -- the root key that the signing key was derived from
    signature   BLOB NOT NULL,       -- Ed25519
    due_at      BIGINT               -- when to look for entries to drop; null once none is left
);

CREATE INDEX journal_segment_by_last ON journal_segment (last);

CREATE INDEX journal_segment_by_due ON journal_segment (due_at);

CREATE TABLE journal_retention (
    realm BIGINT PRIMARY KEY,
    days  BIGINT NOT NULL
);
