CREATE TABLE session (
    id         BIGINT PRIMARY KEY,
    realm      BIGINT NOT NULL,
    subject    BIGINT NOT NULL,
    digest     BLOB NOT NULL,    -- of the cookie, under a pepper
    auth_time  BIGINT NOT NULL,  -- when the subject last proved itself, ms since 1970
    methods    TEXT NOT NULL,    -- how, as in amr
    lineage    BLOB NOT NULL,    -- realm, subject, the authenticators that it used
    created_at BIGINT NOT NULL,
    seen_at    BIGINT NOT NULL,  -- when it was last used, to ten minutes
    ends_at    BIGINT NOT NULL,
    ended_at   BIGINT
);

CREATE UNIQUE INDEX session_by_digest ON session (digest);
CREATE INDEX session_by_subject ON session (realm, subject, id);
CREATE INDEX session_by_end ON session (ends_at);
