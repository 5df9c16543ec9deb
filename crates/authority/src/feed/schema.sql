CREATE TABLE feed_follower (
    realm       BIGINT NOT NULL,
    audience    TEXT NOT NULL,
    client_id   TEXT NOT NULL,
    follower    TEXT NOT NULL,
    process     BIGINT NOT NULL,  -- random: the one that it follows
    sequence    BIGINT NOT NULL,  -- it enforces every journal entry up to this one
    sequence_at BIGINT NOT NULL,  -- since when, in ms since 1970
    seen_at     BIGINT NOT NULL,  -- ms since 1970
    dark_after  BIGINT,           -- ms of silence after which it refuses everything; null: never
    PRIMARY KEY (realm, audience, client_id, follower)
);

CREATE INDEX feed_follower_by_age ON feed_follower (seen_at);
