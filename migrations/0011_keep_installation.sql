-- What this installation is, and when it was backed up.

-- One row. epoch is another after each restore, so that a phone knows that what it
-- was told may be undone. key_check tells whether a key file is the one that the
-- database was made with; the key itself lies outside.
CREATE TABLE rounds.installation (
    singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
    epoch     uuid NOT NULL DEFAULT gen_random_uuid(),
    key_check bytea CHECK (length(key_check) = 32)
);
INSERT INTO rounds.installation DEFAULT VALUES;

-- A backup that left, by its digest: written by the owner alone.
CREATE TABLE rounds.backups (
    id      uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    made_at timestamptz NOT NULL,
    bytes   bigint NOT NULL CHECK (bytes > 0),
    sha256  bytea NOT NULL CHECK (length(sha256) = 32)
);

ALTER TABLE rounds.installation ENABLE ROW LEVEL SECURITY;
ALTER TABLE rounds.installation FORCE ROW LEVEL SECURITY;
ALTER TABLE rounds.backups ENABLE ROW LEVEL SECURITY;
ALTER TABLE rounds.backups FORCE ROW LEVEL SECURITY;
GRANT SELECT, UPDATE (key_check) ON rounds.installation TO rounds_app;
GRANT SELECT ON rounds.backups TO rounds_app;
CREATE POLICY read ON rounds.installation FOR SELECT TO rounds_app USING (true);
-- The first key is the key.
CREATE POLICY claim ON rounds.installation FOR UPDATE TO rounds_app
    USING ((SELECT rounds.principal_role()) = 'service:operator' AND key_check IS NULL)
    WITH CHECK ((SELECT rounds.principal_role()) = 'service:operator');
CREATE POLICY read ON rounds.backups FOR SELECT TO rounds_app USING ((SELECT rounds.principal_role()) IN ('dpo', 'administrator', 'service:operator'));
