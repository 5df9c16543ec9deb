CREATE TABLE subject (
    id         BIGINT PRIMARY KEY,
    realm      BIGINT NOT NULL,
    kind       TEXT NOT NULL,    -- person, service, device, agent
    name       TEXT NOT NULL,    -- what operators call it
    client     BIGINT,           -- a service: the client that it stands for
    created_at BIGINT NOT NULL,  -- ms since 1970
    ended_at   BIGINT
);

CREATE INDEX subject_by_realm ON subject (realm, id);
