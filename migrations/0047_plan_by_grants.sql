-- A plan leads workers to doors that their grants cover, and to no other.

ALTER TYPE rounds.unplanned_reason ADD VALUE 'no_grant';

-- The grids of a round that each worker of a plan holds, in how many seconds that begins
-- and ends by the clock that grants go by. Who walks without an account, or whose account has no grant in the round yet, has the grids of the
-- own area.
CREATE FUNCTION rounds.plan_reach(the_plan uuid) RETURNS TABLE (worker_id uuid, area_id uuid, begins_s bigint, ends_s bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
    WITH team AS (
        SELECT w.id, w.account_id, w.area_id, o.round_id, r.purpose
        FROM rounds.plan_workers t JOIN rounds.workers w ON w.id = t.worker_id
            JOIN rounds.plans o ON o.id = t.plan_id JOIN rounds.rounds r ON r.id = o.round_id
        WHERE t.plan_id = the_plan AND rounds.principal_role() = 'service:planning'),
    granted AS (
        SELECT t.id, a.area_id, extract(epoch FROM min(g.starts_at) - now())::bigint AS begins_s, extract(epoch FROM max(g.ends_at) - now())::bigint AS ends_s
        FROM team t JOIN rounds.grants g ON g.account_id = t.account_id AND g.role = 'worker'
                AND g.confirmed_at IS NOT NULL AND g.asleep_since IS NULL AND now() < g.ends_at
                AND (g.purpose IS NULL OR g.purpose = t.purpose)
            JOIN rounds.area_paths p ON p.ancestor_id = g.area_id
            JOIN rounds.round_areas a ON a.round_id = t.round_id AND a.area_id = p.area_id
        GROUP BY t.id, a.area_id)
    SELECT * FROM granted
    UNION ALL
    SELECT t.id, a.area_id, NULL, NULL
    FROM team t JOIN rounds.area_paths p ON p.ancestor_id = t.area_id
        JOIN rounds.round_areas a ON a.round_id = t.round_id AND a.area_id = p.area_id
    WHERE t.id NOT IN (SELECT id FROM granted)
$$;
REVOKE EXECUTE ON FUNCTION rounds.plan_reach(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rounds.plan_reach(uuid) TO rounds_app;

-- Whatever made it: a plan that leads somebody to a door without a grant is not published.
CREATE FUNCTION rounds.need_grants() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
DECLARE
    missing record;
BEGIN
    SELECT w.code, a.name INTO missing
    FROM (SELECT DISTINCT r.worker_id, s.area_id FROM rounds.routes r JOIN rounds.stops s ON s.route_id = r.id WHERE r.plan_id = NEW.id) led
        JOIN rounds.workers w ON w.id = led.worker_id JOIN rounds.areas a ON a.id = led.area_id JOIN rounds.rounds o ON o.id = NEW.round_id
    WHERE w.account_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM rounds.grants g JOIN rounds.area_paths p ON p.ancestor_id = g.area_id
        WHERE g.account_id = w.account_id AND g.role = 'worker' AND p.area_id = led.area_id
          AND (g.purpose IS NULL OR g.purpose = o.purpose) AND rounds.holds(g))
    ORDER BY w.code, a.name LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'a plan leads to doors without a grant' USING ERRCODE = 'check_violation', CONSTRAINT = 'plans_granted',
            DETAIL = missing.code, HINT = missing.name;
    END IF;
    RETURN NULL;
END
$$;
REVOKE EXECUTE ON FUNCTION rounds.need_grants() FROM PUBLIC;

CREATE TRIGGER plans_granted AFTER UPDATE OF state ON rounds.plans
    FOR EACH ROW WHEN (NEW.state = 'published' AND OLD.state <> 'published') EXECUTE FUNCTION rounds.need_grants();
