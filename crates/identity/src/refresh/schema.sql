CREATE TABLE refresh (
    id         BIGINT PRIMARY KEY,  -- the family, and the code that gave it
    realm      BIGINT NOT NULL,
    client     BIGINT NOT NULL,
    generation BIGINT NOT NULL,     -- the newest token handed out
    turned_at  BIGINT NOT NULL,     -- when that one was first handed out, ms since 1970
    seed       BLOB NOT NULL,       -- sealed: what the MACs of its tokens are made with
    allowance  TEXT NOT NULL,       -- what a person allowed, as JSON
    is_online  BIGINT NOT NULL,     -- 1: it dies with the session
    ends_at    BIGINT NOT NULL,     -- however often it turns
    ended_at   BIGINT
);

CREATE INDEX refresh_by_end ON refresh (ends_at);
