CREATE TABLE subject_key (
    subject BIGINT PRIMARY KEY,
    realm   BIGINT NOT NULL,
    sealed  BLOB NOT NULL      -- 32 random bytes; gone once the person is erased
);
