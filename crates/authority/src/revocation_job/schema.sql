-- A revocation that runs over the journal, and how far it has come.
CREATE TABLE revocation_job (
    id         BIGINT PRIMARY KEY,
    realm      BIGINT NOT NULL,  -- who asked; 0: the authority itself, for all realms
    what       TEXT NOT NULL,    -- JSON: what it looks for
    reason     TEXT NOT NULL,
    actor      TEXT NOT NULL,    -- who asked for it, as the journal says it
    asked_at   BIGINT NOT NULL,  -- ms since 1970
    head       BIGINT NOT NULL,  -- the journal's last entry then
    bottom     BIGINT NOT NULL,  -- entries up to here are not looked at
    place      BIGINT NOT NULL,  -- entries below here are still to be looked at
    scanned    BIGINT NOT NULL,
    access     BIGINT NOT NULL,  -- how many access tokens it revoked
    refresh    BIGINT NOT NULL,  -- and families
    session    BIGINT NOT NULL,  -- and sessions
    worker     BIGINT NOT NULL,  -- who works at it
    held_until BIGINT NOT NULL,  -- and until when nobody else does
    ended_at   BIGINT
);

CREATE INDEX revocation_job_by_end ON revocation_job (ended_at, id);

-- Up to which entry revoked nodes are on their way to the status lists.
CREATE TABLE status_fill (
    id   BIGINT PRIMARY KEY,  -- 1
    upto BIGINT NOT NULL
);
