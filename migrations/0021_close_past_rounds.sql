-- Who goes where on which day is seen while the round is open. What was planned in
-- past rounds is for the officer alone, at a resident's request (docs/privacy.md,
-- Never 1): else one could follow a household from round to round.

-- The plans of open rounds that the principal, a supervisor or a worker, sees.
CREATE FUNCTION rounds.open_plans() RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
    SELECT p.id FROM rounds.plans p JOIN rounds.rounds r ON r.id = p.round_id
    WHERE r.closed_at IS NULL AND r.id IN (SELECT rounds.granted_rounds())
      AND (rounds.principal_role() = 'supervisor' OR p.state = 'published')
$$;
REVOKE EXECUTE ON FUNCTION rounds.open_plans() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rounds.open_plans() TO rounds_app;

ALTER POLICY read ON rounds.plan_workers USING (
    (SELECT rounds.principal_role()) IN ('service:planning', 'service:operator')
    OR ((SELECT rounds.principal_role()) = 'supervisor' AND plan_id IN (SELECT rounds.open_plans()) AND worker_id IN (SELECT id FROM rounds.workers)));
ALTER POLICY read ON rounds.routes USING (
    (SELECT rounds.principal_role()) IN ('service:planning', 'service:tiles', 'service:operator')
    OR ((SELECT rounds.principal_role()) = 'supervisor' AND area_id IN (SELECT rounds.granted_areas()) AND plan_id IN (SELECT rounds.open_plans()))
    OR ((SELECT rounds.principal_role()) = 'worker' AND worker_id = (SELECT rounds.principal_worker()) AND plan_id IN (SELECT rounds.open_plans())));
ALTER POLICY read ON rounds.stops USING (
    (SELECT rounds.principal_role()) IN ('service:planning', 'service:tiles', 'service:operator')
    OR ((SELECT rounds.principal_role()) = 'supervisor' AND area_id IN (SELECT rounds.granted_areas()) AND plan_id IN (SELECT rounds.open_plans()))
    OR ((SELECT rounds.principal_role()) = 'worker' AND route_id IN (SELECT id FROM rounds.routes)));
ALTER POLICY read ON rounds.unplanned USING (
    (SELECT rounds.principal_role()) IN ('service:planning', 'service:tiles', 'service:operator')
    OR ((SELECT rounds.principal_role()) = 'supervisor' AND area_id IN (SELECT rounds.granted_areas()) AND plan_id IN (SELECT rounds.open_plans())));
ALTER POLICY read ON rounds.doors USING (
    (SELECT rounds.principal_role()) = 'service:planning'
    OR ((SELECT rounds.principal_role()) IN ('service:tiles', 'service:operator') AND state = 'finished')
    OR (round_id IN (SELECT id FROM rounds.rounds WHERE closed_at IS NULL) AND (
        ((SELECT rounds.principal_role()) = 'supervisor' AND state = 'finished' AND area_id IN (SELECT rounds.granted_areas())
            AND round_id IN (SELECT rounds.granted_rounds()))
        OR ((SELECT rounds.principal_role()) = 'worker' AND household_id IN (SELECT rounds.assigned_households())))));
