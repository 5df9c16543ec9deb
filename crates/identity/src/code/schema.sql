CREATE TABLE code (
    id         BIGINT PRIMARY KEY,  -- of the code, and of the family that it gave
    expires_at BIGINT NOT NULL      -- ms since 1970
);

CREATE INDEX code_by_end ON code (expires_at);

CREATE TABLE code_floor (
    id BIGINT PRIMARY KEY,  -- 1
    at BIGINT NOT NULL      -- codes that end before it were forgotten, and are refused
);
