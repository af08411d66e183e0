-- What policies ask, planned once for each connection: a function in SQL is planned
-- anew at each call, which took most of the time of a tile with row-level security on
-- 600,000 households. What they give is as before.

CREATE OR REPLACE FUNCTION rounds.granted_areas() RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    -- Somebody has a grant of each purpose on one area: it is gone through once.
    RETURN QUERY SELECT p.area_id
        FROM (SELECT DISTINCT g.area_id FROM rounds.grants g WHERE rounds.is_own(g)) own JOIN rounds.area_paths p ON p.ancestor_id = own.area_id;
END
$$;

CREATE OR REPLACE FUNCTION rounds.visible_areas() RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    RETURN QUERY
        WITH own AS (SELECT DISTINCT g.area_id FROM rounds.grants g WHERE rounds.is_own(g))
        SELECT p.area_id FROM own JOIN rounds.area_paths p ON p.ancestor_id = own.area_id
        UNION ALL
        SELECT p.ancestor_id FROM own JOIN rounds.area_paths p ON p.area_id = own.area_id;
END
$$;

CREATE OR REPLACE FUNCTION rounds.is_granted(the_area uuid, the_purpose rounds.purpose) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    RETURN EXISTS (SELECT FROM rounds.grants g JOIN rounds.area_paths p ON p.ancestor_id = g.area_id
        WHERE rounds.is_own(g) AND p.area_id = the_area AND (g.purpose IS NULL OR g.purpose = the_purpose));
END
$$;

CREATE OR REPLACE FUNCTION rounds.granted_rounds() RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    RETURN QUERY SELECT r.id FROM rounds.rounds r
        WHERE EXISTS (SELECT FROM rounds.grants g JOIN rounds.area_paths p ON p.ancestor_id = g.area_id
                WHERE rounds.is_own(g) AND (g.purpose IS NULL OR g.purpose = r.purpose) AND p.area_id = r.area_id)
            OR EXISTS (SELECT FROM rounds.grants g JOIN rounds.area_paths p ON p.ancestor_id = g.area_id
                    JOIN rounds.round_areas a ON a.area_id = p.area_id
                WHERE rounds.is_own(g) AND (g.purpose IS NULL OR g.purpose = r.purpose) AND a.round_id = r.id);
END
$$;

CREATE OR REPLACE FUNCTION rounds.open_plans() RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    RETURN QUERY SELECT p.id FROM rounds.plans p JOIN rounds.rounds r ON r.id = p.round_id
        WHERE r.closed_at IS NULL AND r.id IN (SELECT rounds.granted_rounds())
          AND (rounds.principal_role() = 'supervisor' OR p.state = 'published');
END
$$;

CREATE OR REPLACE FUNCTION rounds.principal_worker() RETURNS uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    RETURN (SELECT id FROM rounds.workers WHERE account_id = rounds.principal_account());
END
$$;

CREATE OR REPLACE FUNCTION rounds.assigned_households() RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    RETURN QUERY SELECT s.household_id
        FROM rounds.routes r JOIN rounds.plans p ON p.id = r.plan_id JOIN rounds.rounds o ON o.id = p.round_id
            JOIN rounds.stops s ON s.route_id = r.id
        WHERE rounds.principal_role() = 'worker' AND r.worker_id = (SELECT rounds.principal_worker())
          AND p.state = 'published' AND o.closed_at IS NULL AND o.id IN (SELECT rounds.granted_rounds());
END
$$;

CREATE OR REPLACE FUNCTION rounds.households_near_visit() RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    RETURN QUERY SELECT s.household_id
        FROM rounds.routes r JOIN rounds.plans p ON p.id = r.plan_id JOIN rounds.stops s ON s.route_id = r.id
        WHERE rounds.principal_role() = 'worker' AND r.worker_id = (SELECT rounds.principal_worker())
          AND p.state = 'published' AND r.day BETWEEN rounds.today() - 7 AND rounds.today() + 7
          AND p.round_id IN (SELECT rounds.granted_rounds());
END
$$;

-- A worker's own routes through the index of workers; the policy of routes, which has
-- more to ask, reads them all.
CREATE FUNCTION rounds.own_routes() RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    RETURN QUERY SELECT r.id FROM rounds.routes r
        WHERE rounds.principal_role() = 'worker' AND r.worker_id = (SELECT rounds.principal_worker()) AND r.plan_id IN (SELECT rounds.open_plans());
END
$$;
REVOKE EXECUTE ON FUNCTION rounds.own_routes() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rounds.own_routes() TO rounds_app;
ALTER POLICY read ON rounds.stops USING (
    (SELECT rounds.principal_role()) IN ('service:planning', 'service:tiles', 'service:operator')
    OR (SELECT rounds.principal_role()) = 'supervisor' AND area_id IN (SELECT rounds.granted_areas()) AND plan_id IN (SELECT rounds.open_plans())
    OR (SELECT rounds.principal_role()) = 'worker' AND route_id IN (SELECT rounds.own_routes()));
