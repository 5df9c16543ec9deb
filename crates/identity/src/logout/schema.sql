CREATE TABLE session_client (
    session BIGINT NOT NULL,  -- clients that want to be told when it ends
    client  BIGINT NOT NULL,
    PRIMARY KEY (session, client)
);

CREATE TABLE logout (
    session BIGINT NOT NULL,  -- what ended
    client  BIGINT NOT NULL,  -- who has yet to be told
    realm   BIGINT NOT NULL,
    subject BIGINT NOT NULL,
    tries   BIGINT NOT NULL,
    next_at BIGINT NOT NULL,  -- ms since 1970
    PRIMARY KEY (session, client)
);

CREATE INDEX logout_by_time ON logout (next_at);
