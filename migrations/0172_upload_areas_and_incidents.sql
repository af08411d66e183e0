-- A file at the desk may hold hazards and service requests, or drawn areas, which its
-- supervisor imports and takes back for the own areas.

-- Which import brought a matter: it goes with that import when it is taken back.
ALTER TABLE rounds.incidents ADD COLUMN import_id uuid REFERENCES rounds.imports ON DELETE SET NULL,
    ADD CONSTRAINT incidents_imported CHECK (import_id IS NULL OR source = 'import');
CREATE INDEX incidents_import_id ON rounds.incidents (import_id) WHERE import_id IS NOT NULL;

-- Whether matters of an import lie beyond areas that are held, and on how many of them
-- somebody worked since: by a step, a photo, or a report that was found to be the same.
CREATE FUNCTION rounds.incidents_since(the_import uuid, held uuid[], OUT beyond boolean, OUT worked_on integer)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    IF rounds.principal_role() <> 'service:import' THEN
        RAISE EXCEPTION 'only an import does this' USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT coalesce(bool_or(NOT EXISTS (SELECT FROM rounds.area_paths p WHERE p.area_id = i.area_id AND p.ancestor_id = ANY (held))), false),
        count(*) FILTER (WHERE EXISTS (SELECT FROM rounds.case_steps s JOIN rounds.cases c ON c.id = s.case_id WHERE c.incident_id = i.id AND s.account_id IS NOT NULL)
            OR EXISTS (SELECT FROM rounds.photos p WHERE p.incident_id = i.id)
            OR EXISTS (SELECT FROM rounds.incidents m WHERE m.merged_into = i.id))
    INTO beyond, worked_on FROM rounds.incidents i WHERE i.import_id = the_import;
END
$$;

-- Takes the matters of an import away with their cases, and says how many. NULL: there is
-- no such import, or it was taken back.
CREATE FUNCTION rounds.undo_incidents(the_import uuid, worked_on boolean) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
DECLARE
    taken integer;
    told text;
BEGIN
    IF rounds.principal_role() <> 'service:import' THEN
        RAISE EXCEPTION 'only an import does this' USING ERRCODE = 'insufficient_privilege';
    END IF;
    PERFORM FROM rounds.imports i WHERE i.id = the_import AND i.kind = 'incidents' AND i.undone_at IS NULL FOR UPDATE;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    PERFORM FROM rounds.incidents i WHERE i.import_id = the_import ORDER BY i.id FOR UPDATE;
    IF NOT worked_on THEN
        SELECT s.worked_on INTO taken FROM rounds.incidents_since(the_import, '{}') s;
        IF taken > 0 THEN
            RAISE EXCEPTION 'somebody worked on % of these matters', taken
                USING ERRCODE = 'check_violation', CONSTRAINT = 'imports_worked_on', DETAIL = taken;
        END IF;
    END IF;
    -- Who shows them on a map hears of each place once.
    FOR told IN SELECT DISTINCT i.cell::text || ' ' || i.area_id::text FROM rounds.incidents i WHERE i.import_id = the_import LOOP
        PERFORM pg_notify('rounds_hazards', told);
    END LOOP;
    DELETE FROM rounds.incidents i WHERE i.import_id = the_import;
    GET DIAGNOSTICS taken = ROW_COUNT;
    UPDATE rounds.imports i SET undone_at = now() WHERE i.id = the_import;
    RETURN taken;
END
$$;

-- What an import changed of areas. Of an area that was new before is NULL in every column;
-- what the import made of it is there as a digest alone, as in import_changes.
CREATE TABLE rounds.import_area_changes (
    import_id  uuid NOT NULL REFERENCES rounds.imports ON DELETE CASCADE,
    area_id    uuid NOT NULL REFERENCES rounds.areas ON DELETE CASCADE,
    made       bytea NOT NULL CHECK (length(made) = 32),
    parent_id  uuid REFERENCES rounds.areas ON DELETE CASCADE,
    level      rounds.area_level,
    source_key rounds.source_key,
    name       rounds.area_name,
    name_zh    rounds.area_name,
    outline    geometry(MultiPolygon, 4326),
    PRIMARY KEY (import_id, area_id),
    CONSTRAINT import_area_changes_before CHECK ((source_key IS NULL) = (level IS NULL) AND (source_key IS NULL) = (name IS NULL) AND (source_key IS NULL) = (outline IS NULL))
);
CREATE INDEX import_area_changes_area_id ON rounds.import_area_changes (area_id);
CREATE INDEX import_area_changes_parent_id ON rounds.import_area_changes (parent_id);
ALTER TABLE rounds.import_area_changes ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, DELETE ON rounds.import_area_changes TO rounds_app;
CREATE POLICY import ON rounds.import_area_changes TO rounds_app
    USING ((SELECT rounds.principal_role()) = 'service:import') WITH CHECK ((SELECT rounds.principal_role()) = 'service:import');

-- Whether anything hangs on an area but its place in the tree: then it stays when its import
-- is taken back. Every table that refers to areas is asked, those to come too.
CREATE FUNCTION rounds.is_area_needed(the_area uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
DECLARE
    needed boolean;
    place record;
BEGIN
    IF rounds.principal_role() <> 'service:import' THEN
        RAISE EXCEPTION 'only an import does this' USING ERRCODE = 'insufficient_privilege';
    END IF;
    FOR place IN
        SELECT c.conrelid::regclass AS held_in, a.attname AS held_by
        FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
        WHERE c.contype = 'f' AND c.confrelid = 'rounds.areas'::regclass
            AND c.conrelid <> ALL (ARRAY['rounds.area_paths'::regclass, 'rounds.import_area_changes'::regclass])
    LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %s WHERE %I = $1)', place.held_in, place.held_by) INTO needed USING the_area;
        IF needed THEN
            RETURN true;
        END IF;
    END LOOP;
    RETURN false;
END
$$;
REVOKE EXECUTE ON FUNCTION rounds.incidents_since(uuid, uuid[]), rounds.undo_incidents(uuid, boolean), rounds.is_area_needed(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rounds.incidents_since(uuid, uuid[]), rounds.undo_incidents(uuid, boolean), rounds.is_area_needed(uuid) TO rounds_app;

CREATE OR REPLACE FUNCTION rounds.sweep_import_changes(now timestamptz, batch integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
DECLARE
    places integer;
    areas integer;
BEGIN
    DELETE FROM rounds.import_changes WHERE ctid IN (
        SELECT c.ctid FROM rounds.import_changes c JOIN rounds.imports i ON i.id = c.import_id
        WHERE i.imported_at < rounds.over_before('import_changes', now) LIMIT batch);
    GET DIAGNOSTICS places = ROW_COUNT;
    DELETE FROM rounds.import_area_changes WHERE ctid IN (
        SELECT c.ctid FROM rounds.import_area_changes c JOIN rounds.imports i ON i.id = c.import_id
        WHERE i.imported_at < rounds.over_before('import_changes', now) LIMIT batch - places);
    GET DIAGNOSTICS areas = ROW_COUNT;
    RETURN places + areas;
END
$$;
