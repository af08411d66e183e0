-- Files that supervisors bring to the desk. The file itself, what is to be done with it and
-- what was found in it lie sealed in the data folder, for a day; here is how far it is, and
-- for two weeks what an import changed, so that it can be taken back as a whole.
CREATE TYPE rounds.upload_state AS ENUM ('sending', 'checking', 'checked', 'importing', 'imported', 'undoing', 'undone', 'failed');

CREATE TABLE rounds.uploads (
    id         uuid PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES rounds.accounts ON DELETE CASCADE,
    bytes      bigint NOT NULL CHECK (bytes BETWEEN 1 AND 2147483648),
    state      rounds.upload_state NOT NULL DEFAULT 'sending',
    percent    smallint NOT NULL DEFAULT 0 CHECK (percent BETWEEN 0 AND 100),
    created_at timestamptz NOT NULL DEFAULT now(),
    import_id  uuid REFERENCES rounds.imports ON DELETE CASCADE,
    CONSTRAINT uploads_imported CHECK ((import_id IS NOT NULL) = (state IN ('imported', 'undoing', 'undone')))
);
CREATE INDEX uploads_account_id ON rounds.uploads (account_id);
CREATE INDEX uploads_import_id ON rounds.uploads (import_id);

-- Of a place that was new before is NULL in every column. What an import made of a place is
-- there as a digest alone: who changed it since is told by that. A place that goes takes
-- its row with it, as one does that refuses visits.
CREATE TABLE rounds.import_changes (
    import_id     uuid NOT NULL REFERENCES rounds.imports ON DELETE CASCADE,
    household_id  uuid NOT NULL REFERENCES rounds.households ON DELETE CASCADE,
    made          bytea NOT NULL CHECK (length(made) = 32),
    source_key    rounds.source_key,
    area_id       uuid REFERENCES rounds.areas ON DELETE CASCADE,
    street        rounds.address_part,
    house_number  rounds.address_number,
    unit          rounds.address_number,
    postcode      rounds.address_number,
    place         rounds.address_part,
    doors         smallint CHECK (doors BETWEEN 1 AND 2000),
    window_opens  time,
    window_closes time,
    cell          bigint,
    at            geometry(Point, 4326),
    PRIMARY KEY (import_id, household_id),
    CONSTRAINT import_changes_before CHECK ((source_key IS NULL) = (area_id IS NULL) AND (source_key IS NULL) = (cell IS NULL) AND (source_key IS NULL) = (at IS NULL))
);
CREATE INDEX import_changes_household_id ON rounds.import_changes (household_id);
CREATE INDEX import_changes_area_id ON rounds.import_changes (area_id);

ALTER TABLE rounds.uploads ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE rounds.import_changes ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, DELETE ON rounds.uploads, rounds.import_changes TO rounds_app;
GRANT UPDATE (state, percent, import_id) ON rounds.uploads TO rounds_app;
CREATE POLICY read ON rounds.uploads FOR SELECT TO rounds_app USING (
    (SELECT rounds.principal_role()) = 'service:import'
    OR (SELECT rounds.principal_role()) = 'supervisor' AND account_id = (SELECT rounds.principal_account()));
CREATE POLICY add ON rounds.uploads FOR INSERT TO rounds_app WITH CHECK (
    (SELECT rounds.principal_role()) = 'supervisor' AND account_id = (SELECT rounds.principal_account()) AND state = 'sending' AND import_id IS NULL);
CREATE POLICY change ON rounds.uploads FOR UPDATE TO rounds_app USING (
    (SELECT rounds.principal_role()) = 'service:import'
    OR (SELECT rounds.principal_role()) = 'supervisor' AND account_id = (SELECT rounds.principal_account()));
CREATE POLICY remove ON rounds.uploads FOR DELETE TO rounds_app USING (
    (SELECT rounds.principal_role()) = 'supervisor' AND account_id = (SELECT rounds.principal_account()) AND import_id IS NULL);
CREATE POLICY import ON rounds.import_changes TO rounds_app
    USING ((SELECT rounds.principal_role()) = 'service:import') WITH CHECK ((SELECT rounds.principal_role()) = 'service:import');
-- Whoever brought a file sees what came of it.
CREATE POLICY own ON rounds.imports FOR SELECT TO rounds_app USING (
    (SELECT rounds.principal_role()) = 'supervisor' AND id IN (SELECT u.import_id FROM rounds.uploads u));

-- Whether anything hangs on a place that an import brought: then it stays when the import is
-- taken back. The import sees none of this, and learns no more.
CREATE FUNCTION rounds.is_built_on(the_household uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
    SELECT rounds.is_needed(the_household)
        OR EXISTS (SELECT FROM rounds.doors d WHERE d.household_id = the_household)
        OR EXISTS (SELECT FROM rounds.consents c WHERE c.household_id = the_household)
        OR EXISTS (SELECT FROM rounds.door_notes n WHERE n.household_id = the_household)
        OR EXISTS (SELECT FROM rounds.pair_visits p WHERE p.household_id = the_household)
        OR EXISTS (SELECT FROM rounds.bookings b WHERE b.household_id = the_household)
        OR EXISTS (SELECT FROM rounds.opening_households o WHERE o.household_id = the_household)
$$;
REVOKE EXECUTE ON FUNCTION rounds.is_built_on(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rounds.is_built_on(uuid) TO rounds_app;

INSERT INTO rounds.retention (class, age, action) VALUES
    ('uploads', '24 hours', 'delete'),         -- a file that nobody imported
    ('import_changes', '14 days', 'delete');   -- what an import changed

CREATE FUNCTION rounds.sweep_uploads(now timestamptz, batch integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
DECLARE
    gone integer;
BEGIN
    DELETE FROM rounds.uploads WHERE id IN (
        SELECT u.id FROM rounds.uploads u WHERE u.import_id IS NULL AND u.created_at < rounds.over_before('uploads', now) LIMIT batch);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END
$$;
CREATE FUNCTION rounds.sweep_import_changes(now timestamptz, batch integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
DECLARE
    gone integer;
BEGIN
    DELETE FROM rounds.import_changes WHERE ctid IN (
        SELECT c.ctid FROM rounds.import_changes c JOIN rounds.imports i ON i.id = c.import_id
        WHERE i.imported_at < rounds.over_before('import_changes', now) LIMIT batch);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END
$$;
REVOKE EXECUTE ON FUNCTION rounds.sweep_uploads(timestamptz, integer), rounds.sweep_import_changes(timestamptz, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rounds.sweep_uploads(timestamptz, integer), rounds.sweep_import_changes(timestamptz, integer) TO rounds_app;
