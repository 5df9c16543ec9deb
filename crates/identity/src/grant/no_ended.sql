-- A grant that was withdrawn has no row: its node and the journal remember it.
DELETE FROM person_grant WHERE ended_at IS NOT NULL;

DROP INDEX person_grant_live;

ALTER TABLE person_grant DROP COLUMN ended_at;

CREATE UNIQUE INDEX person_grant_live ON person_grant (subject, client);
