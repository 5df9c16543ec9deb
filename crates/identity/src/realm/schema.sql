CREATE TABLE realm (
    id         BIGINT PRIMARY KEY,
    name       TEXT NOT NULL,
    issuer     TEXT NOT NULL,
    is_first   BIGINT NOT NULL,  -- 1: it manages the others
    created_at BIGINT NOT NULL   -- ms since 1970
);

CREATE UNIQUE INDEX realm_by_name ON realm (name);
CREATE UNIQUE INDEX realm_by_issuer ON realm (issuer);
CREATE UNIQUE INDEX realm_first ON realm (is_first) WHERE is_first = 1;
