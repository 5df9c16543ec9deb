CREATE TABLE signing_key (
    id             BIGINT PRIMARY KEY,  -- a lineage node, and as text the kid
    realm          BIGINT NOT NULL,
    algorithm      TEXT NOT NULL,       -- its JOSE name (Ed25519 and EdDSA are two keys)
    generation     BIGINT NOT NULL,     -- counts up from 1 in each realm and algorithm
    created_at     BIGINT NOT NULL,     -- ms since 1970, as all times
    active_at      BIGINT NOT NULL,
    retires_at     BIGINT,              -- set when its successor is announced
    gone_at        BIGINT,              -- when the last token that it signed has expired
    revoked_at     BIGINT,
    public_jwk     TEXT NOT NULL,
    sealed_private BLOB NOT NULL        -- PKCS#8, empty once revoked
);
CREATE UNIQUE INDEX signing_key_generation ON signing_key (realm, algorithm, generation);
