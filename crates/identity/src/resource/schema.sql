CREATE TABLE resource (
    id         BIGINT PRIMARY KEY,
    realm      BIGINT NOT NULL,
    audience   TEXT NOT NULL,
    is_default BIGINT NOT NULL,  -- 1: tokens are meant for it where nobody says otherwise
    settings   TEXT NOT NULL,    -- JSON
    created_at BIGINT NOT NULL,  -- ms since 1970
    ended_at   BIGINT
);

CREATE UNIQUE INDEX resource_by_audience ON resource (realm, audience) WHERE ended_at IS NULL;
CREATE UNIQUE INDEX resource_default ON resource (realm) WHERE is_default = 1 AND ended_at IS NULL;
CREATE INDEX resource_by_realm ON resource (realm, id);
