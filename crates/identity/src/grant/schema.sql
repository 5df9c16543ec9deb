CREATE TABLE person_grant (
    id         BIGINT PRIMARY KEY,
    realm      BIGINT NOT NULL,
    subject    BIGINT NOT NULL,
    client     BIGINT NOT NULL,
    scope      TEXT NOT NULL,    -- all that was allowed
    created_at BIGINT NOT NULL,  -- ms since 1970
    changed_at BIGINT NOT NULL,  -- when more was last allowed
    ended_at   BIGINT
);

CREATE UNIQUE INDEX person_grant_live ON person_grant (subject, client) WHERE ended_at IS NULL;
CREATE INDEX person_grant_by_subject ON person_grant (realm, subject, id);
