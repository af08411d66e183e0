-- Who sees which rows. Everything is refused unless a policy below lets it
-- through; policies read the principal that the one transaction helper has set.
-- The owner of these tables is a superuser or has BYPASSRLS: triggers and
-- functions with SECURITY DEFINER run as it.

-- The areas that the grants cover and, to name where they lie, those above them.
CREATE FUNCTION rounds.visible_areas() RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
    SELECT g FROM rounds.granted_areas() g
    UNION
    SELECT p.ancestor_id FROM rounds.granted_areas() g JOIN rounds.area_paths p ON p.area_id = g
$$;

-- What the worker is to visit: the stops of the own routes in published plans of
-- open rounds.
CREATE FUNCTION rounds.assigned_households() RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
    SELECT s.household_id
    FROM rounds.routes r JOIN rounds.plans p ON p.id = r.plan_id JOIN rounds.rounds o ON o.id = p.round_id
        JOIN rounds.stops s ON s.route_id = r.id
    WHERE rounds.principal_role() = 'worker' AND r.worker_id = rounds.principal_worker()
      AND p.state = 'published' AND o.closed_at IS NULL
$$;

-- Whether this round sends, or sent before a new plan that the phone had not yet
-- heard of, the worker to this household.
CREATE FUNCTION rounds.is_assigned(the_round uuid, the_household uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM rounds.stops s JOIN rounds.routes r ON r.id = s.route_id JOIN rounds.plans p ON p.id = s.plan_id
        WHERE s.household_id = the_household AND p.round_id = the_round AND p.state IN ('published', 'superseded')
          AND rounds.principal_role() = 'worker' AND r.worker_id = rounds.principal_worker())
$$;

-- Whether a visit, or a plan of an open round, hangs on a household that a file no
-- longer has. The import sees neither, and learns no more.
CREATE FUNCTION rounds.is_needed(the_household uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
    SELECT rounds.principal_role() <> 'service:import'
        OR EXISTS (SELECT FROM rounds.visits v WHERE v.household_id = the_household)
        OR EXISTS (
            SELECT FROM rounds.stops s JOIN rounds.plans p ON p.id = s.plan_id JOIN rounds.rounds o ON o.id = p.round_id
            WHERE s.household_id = the_household AND o.closed_at IS NULL AND p.state IN ('planning', 'proposed', 'published'))
$$;

DO $$
DECLARE
    t text;
BEGIN
    FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'rounds' LOOP
        EXECUTE format('ALTER TABLE rounds.%I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('ALTER TABLE rounds.%I FORCE ROW LEVEL SECURITY', t);
    END LOOP;
END
$$;

-- What the application's login may do at all.
GRANT SELECT ON ALL TABLES IN SCHEMA rounds TO rounds_app;
GRANT INSERT, UPDATE, DELETE ON rounds.areas, rounds.households, rounds.dwelling_groups, rounds.dwelling_group_cells,
    rounds.extracts, rounds.basemap_features, rounds.workers, rounds.worker_days_off TO rounds_app;
GRANT SELECT ON public.rounds_migrations TO rounds_app;
REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA rounds FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rounds.principal_account(), rounds.principal_role(), rounds.principal_worker(), rounds.granted_areas(), rounds.visible_areas(),
    rounds.assigned_households(), rounds.is_assigned(uuid, uuid), rounds.is_needed(uuid) TO rounds_app;
GRANT INSERT ON rounds.refusals, rounds.rounds, rounds.plans, rounds.plan_workers, rounds.routes, rounds.stops, rounds.unplanned,
    rounds.visits, rounds.visit_retractions, rounds.incidents, rounds.imports, rounds.exports,
    rounds.accounts, rounds.grants, rounds.sessions TO rounds_app;
GRANT UPDATE (closed_at) ON rounds.rounds TO rounds_app;
GRANT UPDATE (state, published_at, stage, stage_done, stage_total, failure, households, planned, travel_s, distance_m) ON rounds.plans TO rounds_app;
GRANT UPDATE (state, closed_on, due_on) ON rounds.incidents TO rounds_app;
GRANT UPDATE (fetched_at) ON rounds.exports TO rounds_app;
GRANT UPDATE (name, password_hash, language, disabled_at) ON rounds.accounts TO rounds_app;
GRANT UPDATE (ends_at) ON rounds.grants TO rounds_app;
GRANT UPDATE (seen_at, expires_at) ON rounds.sessions TO rounds_app;
GRANT DELETE ON rounds.sessions TO rounds_app;

-- Places.
CREATE POLICY read ON rounds.areas FOR SELECT TO rounds_app USING (
    (SELECT rounds.principal_role()) IN ('administrator', 'service:import', 'service:planning', 'service:tiles', 'service:operator')
    OR id IN (SELECT rounds.visible_areas()));
CREATE POLICY write ON rounds.areas TO rounds_app
    USING ((SELECT rounds.principal_role()) = 'service:import') WITH CHECK ((SELECT rounds.principal_role()) = 'service:import');
CREATE POLICY read ON rounds.area_paths FOR SELECT TO rounds_app USING (
    (SELECT rounds.principal_role()) IN ('administrator', 'service:import', 'service:planning', 'service:tiles', 'service:operator')
    OR area_id IN (SELECT rounds.visible_areas()));

CREATE POLICY read ON rounds.households FOR SELECT TO rounds_app USING (
    (SELECT rounds.principal_role()) IN ('service:import', 'service:planning', 'service:tiles', 'service:operator')
    OR ((SELECT rounds.principal_role()) = 'supervisor' AND area_id IN (SELECT rounds.granted_areas()))
    OR ((SELECT rounds.principal_role()) = 'worker' AND id IN (SELECT rounds.assigned_households())));
CREATE POLICY write ON rounds.households TO rounds_app
    USING ((SELECT rounds.principal_role()) = 'service:import') WITH CHECK ((SELECT rounds.principal_role()) = 'service:import');

CREATE POLICY import ON rounds.refusals TO rounds_app
    USING ((SELECT rounds.principal_role()) = 'service:import') WITH CHECK ((SELECT rounds.principal_role()) = 'service:import');

CREATE POLICY read ON rounds.dwelling_groups FOR SELECT TO rounds_app USING (
    (SELECT rounds.principal_role()) IN ('service:import', 'service:tiles', 'service:operator') OR area_id IN (SELECT rounds.granted_areas()));
CREATE POLICY write ON rounds.dwelling_groups TO rounds_app
    USING ((SELECT rounds.principal_role()) = 'service:import') WITH CHECK ((SELECT rounds.principal_role()) = 'service:import');
CREATE POLICY read ON rounds.dwelling_group_cells FOR SELECT TO rounds_app USING (
    (SELECT rounds.principal_role()) IN ('service:import', 'service:tiles', 'service:operator') OR area_id IN (SELECT rounds.granted_areas()));
CREATE POLICY write ON rounds.dwelling_group_cells TO rounds_app
    USING ((SELECT rounds.principal_role()) = 'service:import') WITH CHECK ((SELECT rounds.principal_role()) = 'service:import');

CREATE POLICY read ON rounds.extracts FOR SELECT TO rounds_app USING ((SELECT rounds.principal_role()) <> 'nobody');
CREATE POLICY write ON rounds.extracts TO rounds_app
    USING ((SELECT rounds.principal_role()) = 'service:import') WITH CHECK ((SELECT rounds.principal_role()) = 'service:import');
CREATE POLICY read ON rounds.basemap_features FOR SELECT TO rounds_app USING ((SELECT rounds.principal_role()) <> 'nobody');
CREATE POLICY write ON rounds.basemap_features TO rounds_app
    USING ((SELECT rounds.principal_role()) = 'service:import') WITH CHECK ((SELECT rounds.principal_role()) = 'service:import');

CREATE POLICY imports ON rounds.imports TO rounds_app
    USING ((SELECT rounds.principal_role()) IN ('service:import', 'service:operator')) WITH CHECK ((SELECT rounds.principal_role()) = 'service:import');

-- Accounts.
CREATE POLICY read ON rounds.accounts FOR SELECT TO rounds_app USING (
    (SELECT rounds.principal_role()) IN ('service:login', 'service:operator', 'administrator') OR id = (SELECT rounds.principal_account()));
CREATE POLICY add ON rounds.accounts FOR INSERT TO rounds_app WITH CHECK ((SELECT rounds.principal_role()) IN ('service:operator', 'administrator'));
CREATE POLICY change ON rounds.accounts FOR UPDATE TO rounds_app
    USING ((SELECT rounds.principal_role()) IN ('service:operator', 'administrator') OR id = (SELECT rounds.principal_account()));
CREATE POLICY read ON rounds.grants FOR SELECT TO rounds_app USING (
    (SELECT rounds.principal_role()) IN ('service:login', 'service:operator', 'administrator') OR account_id = (SELECT rounds.principal_account()));
CREATE POLICY add ON rounds.grants FOR INSERT TO rounds_app WITH CHECK ((SELECT rounds.principal_role()) = 'service:operator');
CREATE POLICY change ON rounds.grants FOR UPDATE TO rounds_app USING ((SELECT rounds.principal_role()) IN ('service:operator', 'administrator'));
CREATE POLICY login ON rounds.sessions TO rounds_app USING ((SELECT rounds.principal_role()) = 'service:login') WITH CHECK ((SELECT rounds.principal_role()) = 'service:login');

CREATE POLICY read ON rounds.workers FOR SELECT TO rounds_app USING (
    (SELECT rounds.principal_role()) IN ('administrator', 'service:planning', 'service:operator')
    OR account_id = (SELECT rounds.principal_account())
    OR ((SELECT rounds.principal_role()) = 'supervisor' AND area_id IN (SELECT rounds.granted_areas())));
CREATE POLICY write ON rounds.workers TO rounds_app
    USING ((SELECT rounds.principal_role()) IN ('administrator', 'service:operator'))
    WITH CHECK ((SELECT rounds.principal_role()) IN ('administrator', 'service:operator'));
CREATE POLICY read ON rounds.worker_days_off FOR SELECT TO rounds_app USING (worker_id IN (SELECT id FROM rounds.workers));
CREATE POLICY write ON rounds.worker_days_off TO rounds_app
    USING ((SELECT rounds.principal_role()) IN ('supervisor', 'service:operator') AND worker_id IN (SELECT id FROM rounds.workers))
    WITH CHECK ((SELECT rounds.principal_role()) IN ('supervisor', 'service:operator') AND worker_id IN (SELECT id FROM rounds.workers));

-- Rounds and plans.
CREATE POLICY read ON rounds.round_areas FOR SELECT TO rounds_app USING (
    (SELECT rounds.principal_role()) IN ('service:planning', 'service:tiles', 'service:operator') OR area_id IN (SELECT rounds.granted_areas()));
CREATE POLICY read ON rounds.rounds FOR SELECT TO rounds_app USING (
    (SELECT rounds.principal_role()) IN ('service:planning', 'service:tiles', 'service:operator')
    OR area_id IN (SELECT rounds.granted_areas()) OR id IN (SELECT round_id FROM rounds.round_areas));
CREATE POLICY add ON rounds.rounds FOR INSERT TO rounds_app WITH CHECK (
    (SELECT rounds.principal_role()) = 'service:operator'
    OR ((SELECT rounds.principal_role()) = 'supervisor' AND area_id IN (SELECT rounds.granted_areas())));
CREATE POLICY change ON rounds.rounds FOR UPDATE TO rounds_app USING (
    (SELECT rounds.principal_role()) = 'service:operator'
    OR ((SELECT rounds.principal_role()) = 'supervisor' AND area_id IN (SELECT rounds.granted_areas())));

CREATE POLICY read ON rounds.plans FOR SELECT TO rounds_app USING (
    ((SELECT rounds.principal_role()) IN ('service:planning', 'service:tiles', 'service:operator', 'supervisor') OR state = 'published')
    AND round_id IN (SELECT id FROM rounds.rounds));
-- Who holds a part of a round sees its plans; who holds all of it makes them.
CREATE POLICY add ON rounds.plans FOR INSERT TO rounds_app WITH CHECK (
    (SELECT rounds.principal_role()) = 'service:planning'
    OR ((SELECT rounds.principal_role()) = 'supervisor'
        AND round_id IN (SELECT id FROM rounds.rounds WHERE area_id IN (SELECT rounds.granted_areas()))));
CREATE POLICY change ON rounds.plans FOR UPDATE TO rounds_app USING (
    (SELECT rounds.principal_role()) = 'service:planning'
    OR ((SELECT rounds.principal_role()) = 'supervisor'
        AND round_id IN (SELECT id FROM rounds.rounds WHERE area_id IN (SELECT rounds.granted_areas()))));

CREATE POLICY read ON rounds.plan_workers FOR SELECT TO rounds_app USING (
    (SELECT rounds.principal_role()) IN ('service:planning', 'service:operator')
    OR ((SELECT rounds.principal_role()) = 'supervisor' AND worker_id IN (SELECT id FROM rounds.workers)));
CREATE POLICY add ON rounds.plan_workers FOR INSERT TO rounds_app WITH CHECK (
    (SELECT rounds.principal_role()) IN ('supervisor', 'service:planning')
    AND plan_id IN (SELECT id FROM rounds.plans WHERE state = 'planning')
    AND worker_id IN (SELECT id FROM rounds.workers));

CREATE POLICY read ON rounds.routes FOR SELECT TO rounds_app USING (
    (SELECT rounds.principal_role()) IN ('service:planning', 'service:tiles', 'service:operator')
    OR ((SELECT rounds.principal_role()) = 'supervisor' AND area_id IN (SELECT rounds.granted_areas()))
    OR ((SELECT rounds.principal_role()) = 'worker' AND worker_id = (SELECT rounds.principal_worker()) AND plan_id IN (SELECT id FROM rounds.plans)));
CREATE POLICY add ON rounds.routes FOR INSERT TO rounds_app WITH CHECK ((SELECT rounds.principal_role()) = 'service:planning');
CREATE POLICY read ON rounds.stops FOR SELECT TO rounds_app USING (
    (SELECT rounds.principal_role()) IN ('service:planning', 'service:tiles', 'service:operator')
    OR ((SELECT rounds.principal_role()) = 'supervisor' AND area_id IN (SELECT rounds.granted_areas()))
    OR ((SELECT rounds.principal_role()) = 'worker' AND route_id IN (SELECT id FROM rounds.routes)));
CREATE POLICY add ON rounds.stops FOR INSERT TO rounds_app WITH CHECK ((SELECT rounds.principal_role()) = 'service:planning');
CREATE POLICY read ON rounds.unplanned FOR SELECT TO rounds_app USING (
    (SELECT rounds.principal_role()) IN ('service:planning', 'service:tiles', 'service:operator')
    OR ((SELECT rounds.principal_role()) = 'supervisor' AND area_id IN (SELECT rounds.granted_areas())));
CREATE POLICY add ON rounds.unplanned FOR INSERT TO rounds_app WITH CHECK ((SELECT rounds.principal_role()) = 'service:planning');

-- Which outcome a door had is seen by its worker alone, until the round closes.
CREATE POLICY read ON rounds.visits FOR SELECT TO rounds_app USING (
    (SELECT rounds.principal_role()) = 'worker' AND worker_id = (SELECT rounds.principal_worker())
    AND round_id IN (SELECT id FROM rounds.rounds WHERE closed_at IS NULL));
CREATE POLICY add ON rounds.visits FOR INSERT TO rounds_app WITH CHECK (
    (SELECT rounds.principal_role()) = 'worker' AND worker_id = (SELECT rounds.principal_worker())
    AND rounds.is_assigned(round_id, household_id));
CREATE POLICY read ON rounds.visit_retractions FOR SELECT TO rounds_app USING (visit_id IN (SELECT id FROM rounds.visits));
CREATE POLICY add ON rounds.visit_retractions FOR INSERT TO rounds_app WITH CHECK (visit_id IN (SELECT id FROM rounds.visits));
CREATE POLICY read ON rounds.doors FOR SELECT TO rounds_app USING (
    (SELECT rounds.principal_role()) = 'service:planning'
    OR ((SELECT rounds.principal_role()) IN ('service:tiles', 'service:operator') AND state = 'finished')
    OR ((SELECT rounds.principal_role()) = 'supervisor' AND state = 'finished' AND area_id IN (SELECT rounds.granted_areas()))
    OR ((SELECT rounds.principal_role()) = 'worker' AND household_id IN (SELECT rounds.assigned_households())));

-- Matters at places.
CREATE POLICY read ON rounds.matters FOR SELECT TO rounds_app USING (true);
CREATE POLICY read ON rounds.incidents FOR SELECT TO rounds_app USING (
    (SELECT rounds.principal_role()) IN ('service:import', 'service:tiles', 'service:operator')
    OR ((SELECT rounds.principal_role()) IN ('worker', 'supervisor', 'analyst') AND area_id IN (SELECT rounds.granted_areas())));
CREATE POLICY add ON rounds.incidents FOR INSERT TO rounds_app WITH CHECK (
    (SELECT rounds.principal_role()) = 'service:import'
    OR ((SELECT rounds.principal_role()) IN ('worker', 'supervisor') AND area_id IN (SELECT rounds.granted_areas())));
CREATE POLICY change ON rounds.incidents FOR UPDATE TO rounds_app USING (
    (SELECT rounds.principal_role()) = 'supervisor' AND area_id IN (SELECT rounds.granted_areas()));

CREATE POLICY own ON rounds.exports TO rounds_app
    USING ((SELECT rounds.principal_role()) = 'service:operator' OR account_id = (SELECT rounds.principal_account()))
    WITH CHECK ((SELECT rounds.principal_role()) = 'service:operator' OR account_id = (SELECT rounds.principal_account()));

-- A published plan is never edited: only superseded by the next.
CREATE FUNCTION rounds.keep_plan_order() RETURNS trigger
    LANGUAGE plpgsql SET search_path = rounds, pg_temp AS $$
BEGIN
    IF NOT (OLD.state = NEW.state OR (OLD.state, NEW.state) IN (
        ('planning', 'proposed'), ('planning', 'failed'), ('planning', 'discarded'),
        ('proposed', 'published'), ('proposed', 'discarded'), ('published', 'superseded'))) THEN
        RAISE EXCEPTION 'a plan cannot go from % to %', OLD.state, NEW.state USING ERRCODE = 'check_violation', CONSTRAINT = 'plans_state_order';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER plans_order BEFORE UPDATE ON rounds.plans FOR EACH ROW EXECUTE FUNCTION rounds.keep_plan_order();
