CREATE TABLE lineage (
    node       BIGINT PRIMARY KEY,
    realm      BIGINT NOT NULL,
    epoch      BIGINT NOT NULL,  -- tokens that carry a lower one are dead
    state      BIGINT NOT NULL,  -- 0 live, 1 disabled, 2 ended
    changed_at BIGINT NOT NULL   -- ms since 1970
);
