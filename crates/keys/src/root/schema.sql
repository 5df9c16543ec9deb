-- Which root keys this database was written with: enough to tell a wrong one, not to find it.
CREATE TABLE root_key (
    id  BIGINT PRIMARY KEY,
    mac BLOB NOT NULL           -- HMAC-SHA-256 over a constant, under a key derived for this alone
);
