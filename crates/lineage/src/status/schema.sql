CREATE TABLE status_bucket (
    realm  BIGINT NOT NULL,
    bucket BIGINT NOT NULL,  -- hours since 1970, at whose end its tokens have expired
    next   BIGINT NOT NULL,  -- every index below it was leased to some process
    PRIMARY KEY (realm, bucket)
);

CREATE TABLE status_bit (
    realm  BIGINT NOT NULL,
    bucket BIGINT NOT NULL,
    place  BIGINT NOT NULL,  -- the index of a token that was revoked by itself
    PRIMARY KEY (realm, bucket, place)
);

CREATE TABLE status_floor (
    id     BIGINT PRIMARY KEY,  -- 1
    bucket BIGINT NOT NULL      -- what is known of this bucket and those before it was swept away
);
