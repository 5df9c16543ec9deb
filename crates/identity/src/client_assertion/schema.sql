CREATE TABLE client_assertion (
    client     BIGINT NOT NULL,
    digest     BLOB NOT NULL,    -- SHA-256 of the jti
    expires_at BIGINT NOT NULL,  -- ms since 1970
    PRIMARY KEY (client, digest)
);

CREATE INDEX client_assertion_by_end ON client_assertion (expires_at);

CREATE TABLE client_assertion_floor (
    id BIGINT PRIMARY KEY,  -- 1
    at BIGINT NOT NULL      -- assertions that end before it were forgotten, and are refused
);
