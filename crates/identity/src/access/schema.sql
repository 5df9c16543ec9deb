CREATE TABLE access (
    digest     BLOB PRIMARY KEY,  -- HMAC-SHA-256 under the pepper
    realm      BIGINT NOT NULL,
    client     BIGINT NOT NULL,
    client_id  TEXT NOT NULL,
    subject    BIGINT NOT NULL,
    sub        TEXT NOT NULL,
    audience   TEXT NOT NULL,     -- separated by spaces
    scope      TEXT NOT NULL,
    issued_at  BIGINT NOT NULL,   -- ms since 1970
    expires_at BIGINT NOT NULL,
    bucket     BIGINT NOT NULL,
    place      BIGINT NOT NULL,
    lineage    BLOB NOT NULL
);

CREATE INDEX access_by_end ON access (expires_at);
