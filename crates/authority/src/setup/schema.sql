CREATE TABLE setup (
    digest     BLOB PRIMARY KEY,  -- HMAC-SHA-256 under the pepper
    realm      BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,   -- ms since 1970
    spent_at   BIGINT
);
