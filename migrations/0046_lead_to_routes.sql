-- Who plans for a whole county has thousands of areas, and each policy of a tile's
-- tables gathered all of them. Policies of what is read by the place ask for the one
-- area of a row instead; where a query reads most of a table, the planner still
-- gathers them, once (an AlternativeSubPlan of EXISTS).

-- The areas of the grants themselves, without those within them.
CREATE FUNCTION rounds.granted_roots() RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    RETURN QUERY SELECT DISTINCT g.area_id FROM rounds.grants g WHERE rounds.is_own(g) AND g.area_id IS NOT NULL;
END
$$;
REVOKE EXECUTE ON FUNCTION rounds.granted_roots() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rounds.granted_roots() TO rounds_app;

-- As before, said first for what the policies below ask: then nobody gathers the rest.
ALTER POLICY read ON rounds.area_paths USING (
    (SELECT rounds.principal_role()) IN ('administrator', 'service:import', 'service:planning', 'service:tiles', 'service:operator')
    OR ancestor_id = ANY (ARRAY(SELECT rounds.granted_roots()))
    OR area_id IN (SELECT rounds.visible_areas()));
DROP INDEX rounds.area_paths_area_id;
CREATE UNIQUE INDEX area_paths_upward ON rounds.area_paths (area_id, ancestor_id);
-- Most areas have few within them, but those that are granted have many: on average
-- the planner would take gathering them for nearly free.
ALTER TABLE rounds.area_paths ALTER COLUMN ancestor_id SET (n_distinct = 3);

ALTER POLICY read ON rounds.households USING (
    (SELECT rounds.principal_role()) IN ('service:import', 'service:planning', 'service:tiles', 'service:operator')
    OR (SELECT rounds.principal_role()) = 'supervisor'
        AND EXISTS (SELECT FROM rounds.area_paths p WHERE p.area_id = households.area_id AND p.ancestor_id = ANY (ARRAY(SELECT rounds.granted_roots())))
    OR (SELECT rounds.principal_role()) = 'worker' AND id IN (SELECT rounds.assigned_households()));
ALTER POLICY read ON rounds.stops USING (
    (SELECT rounds.principal_role()) IN ('service:planning', 'service:tiles', 'service:operator')
    OR (SELECT rounds.principal_role()) = 'supervisor' AND plan_id IN (SELECT rounds.open_plans())
        AND EXISTS (SELECT FROM rounds.area_paths p WHERE p.area_id = stops.area_id AND p.ancestor_id = ANY (ARRAY(SELECT rounds.granted_roots())))
    OR (SELECT rounds.principal_role()) = 'worker' AND route_id IN (SELECT rounds.own_routes()));
ALTER POLICY read ON rounds.routes USING (
    (SELECT rounds.principal_role()) IN ('service:planning', 'service:tiles', 'service:operator')
    OR (SELECT rounds.principal_role()) = 'supervisor' AND plan_id IN (SELECT rounds.open_plans())
        AND EXISTS (SELECT FROM rounds.area_paths p WHERE p.area_id = routes.area_id AND p.ancestor_id = ANY (ARRAY(SELECT rounds.granted_roots())))
    OR (SELECT rounds.principal_role()) = 'worker' AND worker_id = (SELECT rounds.principal_worker()) AND plan_id IN (SELECT rounds.open_plans()));
ALTER POLICY read ON rounds.workers USING (
    (SELECT rounds.principal_role()) IN ('administrator', 'service:planning', 'service:operator') OR account_id = (SELECT rounds.principal_account())
    OR (SELECT rounds.principal_role()) = 'supervisor'
        AND EXISTS (SELECT FROM rounds.area_paths p WHERE p.area_id = workers.area_id AND p.ancestor_id = ANY (ARRAY(SELECT rounds.granted_roots()))));

ALTER POLICY read ON rounds.areas USING (
    (SELECT rounds.principal_role()) IN ('administrator', 'service:import', 'service:planning', 'service:tiles', 'service:operator')
    OR EXISTS (SELECT FROM rounds.area_paths p WHERE p.area_id = areas.id AND p.ancestor_id = ANY (ARRAY(SELECT rounds.granted_roots())))
    OR id IN (SELECT rounds.visible_areas()));

-- Numbers, unlike shapes, are compared by operators that the planner may ask before
-- the policies: they lead to the routes and areas of a tile.
ALTER TABLE rounds.routes
    ADD COLUMN west double precision GENERATED ALWAYS AS (public.ST_XMin(line)) STORED,
    ADD COLUMN east double precision GENERATED ALWAYS AS (public.ST_XMax(line)) STORED,
    ADD COLUMN south double precision GENERATED ALWAYS AS (public.ST_YMin(line)) STORED,
    ADD COLUMN north double precision GENERATED ALWAYS AS (public.ST_YMax(line)) STORED;
CREATE INDEX routes_bounds ON rounds.routes (plan_id, day, west, east, south, north);
ALTER TABLE rounds.areas
    ADD COLUMN west double precision GENERATED ALWAYS AS (public.ST_XMin(outline)) STORED,
    ADD COLUMN east double precision GENERATED ALWAYS AS (public.ST_XMax(outline)) STORED,
    ADD COLUMN south double precision GENERATED ALWAYS AS (public.ST_YMin(outline)) STORED,
    ADD COLUMN north double precision GENERATED ALWAYS AS (public.ST_YMax(outline)) STORED;
