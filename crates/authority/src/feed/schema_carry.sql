-- Who hears which stream under its name, and at which process: whoever gets an acknowledgement of it
-- at another one asks here.
CREATE TABLE feed_listener (
    realm     BIGINT NOT NULL,
    audience  TEXT NOT NULL,
    client_id TEXT NOT NULL,
    follower  TEXT NOT NULL,
    process   BIGINT NOT NULL,  -- random: the one that tells the stream
    stream    BLOB NOT NULL,
    seen_at   BIGINT NOT NULL,  -- ms since 1970
    PRIMARY KEY (realm, audience, client_id, follower)
);

CREATE INDEX feed_listener_by_age ON feed_listener (seen_at);

-- Acknowledgements on their way to the process that tells the stream; of each follower the furthest.
CREATE TABLE feed_carried (
    realm      BIGINT NOT NULL,
    audience   TEXT NOT NULL,
    client_id  TEXT NOT NULL,
    follower   TEXT NOT NULL,
    process    BIGINT NOT NULL,  -- to which
    stream     BLOB NOT NULL,
    n          BIGINT NOT NULL,  -- the last frame that is enforced
    nonce      BLOB NOT NULL,
    dark_after BIGINT,           -- ms of silence after which it refuses everything; null: never
    leaving    BIGINT NOT NULL,  -- 1: it follows no more
    heard_at   BIGINT NOT NULL,  -- ms since 1970
    PRIMARY KEY (realm, audience, client_id, follower)
);

CREATE INDEX feed_carried_by_process ON feed_carried (process);

CREATE INDEX feed_carried_by_age ON feed_carried (heard_at);
