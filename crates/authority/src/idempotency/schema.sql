CREATE TABLE idempotency (
    realm      BIGINT NOT NULL,
    digest     BLOB NOT NULL,    -- SHA-256 of who asks and the key
    answer     BLOB NOT NULL,    -- sealed
    created_at BIGINT NOT NULL,  -- ms since 1970
    PRIMARY KEY (realm, digest)
);

CREATE INDEX idempotency_by_age ON idempotency (created_at);
