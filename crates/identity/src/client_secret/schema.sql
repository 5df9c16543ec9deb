CREATE TABLE client_secret (
    id         BIGINT PRIMARY KEY,
    realm      BIGINT NOT NULL,
    client     BIGINT NOT NULL,
    pepper     BIGINT NOT NULL,
    digest     BLOB NOT NULL,    -- HMAC-SHA-256 under the pepper
    sealed     BLOB,             -- client_secret_jwt only: the secret itself
    created_at BIGINT NOT NULL,  -- ms since 1970
    expires_at BIGINT,
    ended_at   BIGINT
);

CREATE INDEX client_secret_by_client ON client_secret (client, id);
