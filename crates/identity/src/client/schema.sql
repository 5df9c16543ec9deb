CREATE TABLE client (
    id         BIGINT PRIMARY KEY,
    realm      BIGINT NOT NULL,
    client_id  TEXT NOT NULL,
    subject    BIGINT,           -- the service that it stands for when it acts for itself
    settings   TEXT NOT NULL,    -- JSON, RFC 7591 names
    created_at BIGINT NOT NULL,  -- ms since 1970
    ended_at   BIGINT
);

CREATE UNIQUE INDEX client_by_client_id ON client (realm, client_id) WHERE ended_at IS NULL;
CREATE INDEX client_by_realm ON client (realm, id);
