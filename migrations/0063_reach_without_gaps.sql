-- Of two grants with days between them a plan took the first one's beginning and the
-- last one's end: each time without a gap is a reach of its own.
CREATE OR REPLACE FUNCTION rounds.plan_reach(the_plan uuid) RETURNS TABLE (worker_id uuid, area_id uuid, begins_s bigint, ends_s bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
    WITH team AS (
        SELECT w.id, w.account_id, w.area_id, o.round_id, r.purpose
        FROM rounds.plan_workers t JOIN rounds.workers w ON w.id = t.worker_id
            JOIN rounds.plans o ON o.id = t.plan_id JOIN rounds.rounds r ON r.id = o.round_id
        WHERE t.plan_id = the_plan AND rounds.principal_role() = 'service:planning'),
    granted AS (
        SELECT t.id, a.area_id, unnest(range_agg(tstzrange(g.starts_at, g.ends_at))) AS held
        FROM team t JOIN rounds.grants g ON g.account_id = t.account_id AND g.role = 'worker'
                AND g.confirmed_at IS NOT NULL AND g.asleep_since IS NULL AND now() < g.ends_at
                AND (g.purpose IS NULL OR g.purpose = t.purpose)
            JOIN rounds.area_paths p ON p.ancestor_id = g.area_id
            JOIN rounds.round_areas a ON a.round_id = t.round_id AND a.area_id = p.area_id
        GROUP BY t.id, a.area_id)
    SELECT id, area_id, extract(epoch FROM lower(held) - now())::bigint, extract(epoch FROM upper(held) - now())::bigint FROM granted
    UNION ALL
    SELECT t.id, a.area_id, NULL, NULL
    FROM team t JOIN rounds.area_paths p ON p.ancestor_id = t.area_id
        JOIN rounds.round_areas a ON a.round_id = t.round_id AND a.area_id = p.area_id
    WHERE t.id NOT IN (SELECT id FROM granted)
$$;
