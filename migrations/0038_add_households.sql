-- A place that a worker or a supervisor finds is added to the register. Whether it was
-- there already, or asked never to be visited, is told to nobody: the answer is the same.

-- The grid in which a place lies, when the principal was granted it, and the names of the
-- towns and villages around it; no row otherwise.
CREATE FUNCTION rounds.place_to_add(the_point geometry) RETURNS TABLE (area_id uuid, towns text[])
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = rounds, public, pg_temp AS $$
    SELECT grid.id, ARRAY(
        SELECT DISTINCT n.name
        FROM rounds.area_paths p JOIN rounds.areas a ON a.id = p.ancestor_id, unnest(ARRAY[a.name::text, a.name_zh::text]) n (name)
        WHERE p.area_id = grid.id AND n.name IS NOT NULL AND (a.level IN ('town', 'village') OR a.level = 'county' AND NOT EXISTS (
            SELECT FROM rounds.areas b WHERE b.parent_id = a.id AND b.level <> 'grid')))
    FROM (
        SELECT g.id FROM rounds.areas g
        WHERE g.level = 'grid' AND EXISTS (
            SELECT FROM rounds.areas a WHERE a.id IN (g.id, g.parent_id) AND ST_DWithin(a.outline, the_point, 0.00001))
        ORDER BY ST_Distance(g.outline, the_point), g.id LIMIT 1) grid
    WHERE rounds.principal_role() IN ('worker', 'supervisor') AND grid.id IN (SELECT rounds.granted_areas())
$$;

-- Adds a place with an address and leaves everything as it is when it refused, or when a
-- household with that address is in one of the cells. false: the principal was not
-- granted the grid.
CREATE FUNCTION rounds.add_household(the_id uuid, the_key text, the_street text, the_number text, the_unit text, the_postcode text,
    the_place text, the_doors smallint, the_cell bigint, the_point geometry, cells bigint[], hmacs bytea[]) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, public, pg_temp AS $$
DECLARE
    grid uuid;
    the_group uuid;
BEGIN
    SELECT p.area_id INTO grid FROM rounds.place_to_add(the_point) p;
    IF grid IS NULL THEN
        RETURN false;
    END IF;
    IF EXISTS (SELECT FROM rounds.refusals r WHERE r.address_hmac = ANY (hmacs)) OR EXISTS (
        SELECT FROM rounds.households h WHERE h.id = the_id OR (h.cell = ANY (cells)
            AND (lower(h.street), lower(h.house_number), lower(h.unit)) IS NOT DISTINCT FROM (lower(the_street), lower(the_number), lower(the_unit)))) THEN
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

REVOKE EXECUTE ON FUNCTION rounds.place_to_add(geometry),
    rounds.add_household(uuid, text, text, text, text, text, text, smallint, bigint, geometry, bigint[], bytea[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rounds.place_to_add(geometry),
    rounds.add_household(uuid, text, text, text, text, text, text, smallint, bigint, geometry, bigint[], bytea[]) TO rounds_app;
