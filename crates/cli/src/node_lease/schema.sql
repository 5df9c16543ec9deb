CREATE TABLE node_lease (
    id     BIGINT PRIMARY KEY,  -- 0 to 1023: the middle of every id that the holder makes
    holder BIGINT NOT NULL,     -- a random number of the process
    until  BIGINT NOT NULL      -- ms since 1970
);
