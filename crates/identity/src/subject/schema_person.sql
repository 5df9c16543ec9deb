ALTER TABLE subject ADD COLUMN username TEXT;                      -- a person: as it was typed
ALTER TABLE subject ADD COLUMN claims TEXT;                        -- JSON, OpenID Connect Core 5.1
ALTER TABLE subject ADD COLUMN version BIGINT NOT NULL DEFAULT 0;  -- raised by each change

-- What a living person signs in by: its username and its email address, both normalised.
CREATE TABLE subject_identifier (
    realm      BIGINT NOT NULL,
    identifier TEXT NOT NULL,
    subject    BIGINT NOT NULL,
    PRIMARY KEY (realm, identifier)
);

CREATE INDEX subject_identifier_by_subject ON subject_identifier (subject);

CREATE TABLE pairwise_salt (
    realm  BIGINT PRIMARY KEY,
    sealed BLOB NOT NULL      -- 32 random bytes, never rotated
);
