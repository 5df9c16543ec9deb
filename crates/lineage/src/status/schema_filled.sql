-- 1 where something that the token descends from was revoked, and the bit only shows it to outside readers.
ALTER TABLE status_bit ADD COLUMN filled BIGINT NOT NULL DEFAULT 0;
