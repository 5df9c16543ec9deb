CREATE TABLE password (
    id         BIGINT PRIMARY KEY,  -- its lineage node
    realm      BIGINT NOT NULL,
    subject    BIGINT NOT NULL,
    hash       BLOB NOT NULL,       -- Argon2id over the peppered digest; empty once it has ended
    salt       BLOB NOT NULL,
    params     TEXT NOT NULL,       -- argon2id m=19456 t=2 p=1
    pepper     BIGINT NOT NULL,
    created_at BIGINT NOT NULL,     -- ms since 1970
    ended_at   BIGINT
);

CREATE UNIQUE INDEX password_live ON password (realm, subject) WHERE ended_at IS NULL;
