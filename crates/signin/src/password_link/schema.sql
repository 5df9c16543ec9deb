CREATE TABLE password_link (
    digest     BLOB PRIMARY KEY,  -- HMAC-SHA-256 under the pepper
    realm      BIGINT NOT NULL,
    subject    BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,   -- ms since 1970
    spent_at   BIGINT
);

CREATE UNIQUE INDEX password_link_live ON password_link (realm, subject) WHERE spent_at IS NULL;

CREATE INDEX password_link_by_end ON password_link (expires_at);
