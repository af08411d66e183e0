-- Two people may add one place and count its dwellings differently, each without a connection.
-- The number that came first holds; another one is kept beside it until a supervisor of the
-- place chooses, so that neither wins in silence. A place that asked never to be visited
-- leaves no such row.
CREATE TABLE rounds.dwelling_claims (
    household_id uuid NOT NULL REFERENCES rounds.households ON DELETE CASCADE,
    doors smallint NOT NULL CHECK (doors BETWEEN 1 AND 2000),
    claimed_on date NOT NULL DEFAULT rounds.today(),
    PRIMARY KEY (household_id, doors)
);
ALTER TABLE rounds.dwelling_claims ENABLE ROW LEVEL SECURITY;
ALTER TABLE rounds.dwelling_claims FORCE ROW LEVEL SECURITY;
GRANT SELECT ON rounds.dwelling_claims TO rounds_app;
CREATE POLICY read ON rounds.dwelling_claims FOR SELECT TO rounds_app USING (
    (SELECT rounds.principal_role()) = 'supervisor' AND EXISTS (SELECT FROM rounds.households h WHERE h.id = household_id));

CREATE OR REPLACE FUNCTION rounds.add_household(the_id uuid, the_key text, the_street text, the_number text, the_unit text, the_postcode text, the_place text, the_doors smallint, the_cell bigint, the_point public.geometry, cells bigint[], hmacs bytea[]) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, public, pg_temp AS $$
DECLARE
    grid uuid;
    the_group uuid;
    known rounds.households;
BEGIN
    SELECT p.area_id INTO grid FROM rounds.place_to_add(the_point) p;
    IF grid IS NULL THEN
        RETURN false;
    END IF;
    IF EXISTS (SELECT FROM rounds.refusals r WHERE r.address_hmac = ANY (hmacs)) THEN
        RETURN true;
    END IF;
    SELECT * INTO known FROM rounds.households h
    WHERE h.id = the_id OR (h.cell = ANY (cells)
        AND (lower(h.street), lower(h.house_number), lower(h.unit)) IS NOT DISTINCT FROM (lower(the_street), lower(the_number), lower(the_unit)))
    ORDER BY h.id = the_id DESC, h.id LIMIT 1;
    IF known.id IS NOT NULL THEN
        IF known.id <> the_id AND known.doors <> the_doors THEN
            INSERT INTO rounds.dwelling_claims (household_id, doors) VALUES (known.id, the_doors) ON CONFLICT DO NOTHING;
        END IF;
        RETURN true;
    END IF;
    -- Groups are frozen: a new cell goes to that of the nearest household.
    SELECT c.group_id INTO the_group
    FROM rounds.households h JOIN rounds.dwelling_group_cells c ON c.cell = h.cell AND c.area_id = h.area_id
    WHERE h.area_id = grid ORDER BY h.cell <> the_cell, h.at <-> the_point, h.id LIMIT 1;
    INSERT INTO rounds.households (id, area_id, source_key, street, house_number, unit, postcode, place, doors, cell, at)
    VALUES (the_id, grid, the_key, the_street, the_number, the_unit, the_postcode, the_place, the_doors, the_cell, the_point);
    UPDATE rounds.areas a SET dwellings = a.dwellings + the_doors
    WHERE a.id IN (SELECT p.ancestor_id FROM rounds.area_paths p WHERE p.area_id = grid);
    IF the_group IS NOT NULL THEN
        INSERT INTO rounds.dwelling_group_cells (cell, area_id, group_id) VALUES (the_cell, grid, the_group) ON CONFLICT DO NOTHING;
        UPDATE rounds.dwelling_groups g SET dwellings = g.dwellings + the_doors
        WHERE g.id = (SELECT c.group_id FROM rounds.dwelling_group_cells c WHERE c.cell = the_cell AND c.area_id = grid);
    END IF;
    PERFORM pg_notify('rounds_work', the_cell::text || ' ' || grid::text);
    RETURN true;
END
$$;

-- A supervisor chooses the number that holds: that of the register or one that was claimed.
-- NULL: no such place, or not theirs; false: nobody claims that number.
CREATE FUNCTION rounds.choose_dwellings(the_household uuid, the_doors smallint) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
DECLARE
    h rounds.households;
BEGIN
    SELECT * INTO h FROM rounds.households k
    WHERE k.id = the_household AND rounds.principal_role() = 'supervisor' AND k.area_id IN (SELECT rounds.granted_areas()) FOR UPDATE;
    IF h.id IS NULL THEN
        RETURN NULL;
    END IF;
    IF NOT EXISTS (SELECT FROM rounds.dwelling_claims c WHERE c.household_id = h.id AND the_doors IN (c.doors, h.doors)) THEN
        RETURN false;
    END IF;
    DELETE FROM rounds.dwelling_claims WHERE household_id = h.id;
    IF the_doors <> h.doors THEN
        UPDATE rounds.households SET doors = the_doors WHERE id = h.id;
        UPDATE rounds.areas a SET dwellings = a.dwellings + the_doors - h.doors
        WHERE a.id IN (SELECT p.ancestor_id FROM rounds.area_paths p WHERE p.area_id = h.area_id);
        UPDATE rounds.dwelling_groups g SET dwellings = g.dwellings + the_doors - h.doors
        WHERE g.id = (SELECT c.group_id FROM rounds.dwelling_group_cells c WHERE c.cell = h.cell AND c.area_id = h.area_id);
        PERFORM pg_notify('rounds_work', h.cell::text || ' ' || h.area_id::text);
    END IF;
    RETURN true;
END
$$;
REVOKE EXECUTE ON FUNCTION rounds.choose_dwellings(uuid, smallint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rounds.choose_dwellings(uuid, smallint) TO rounds_app;
