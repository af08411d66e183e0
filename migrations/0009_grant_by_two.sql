-- A grant is a purpose x an area x a role until a day, and takes two people: one
-- proposes, another confirms, neither receives it. The installer, who is alone at
-- the terminal, gives the first ones; the public page lists those.

ALTER TABLE rounds.grants
    ADD COLUMN purpose      rounds.purpose,
    -- Who proposed; nobody for the installer's.
    ADD COLUMN proposed_by  uuid REFERENCES rounds.accounts,
    ADD COLUMN confirmed_by uuid REFERENCES rounds.accounts,
    -- Without it the grant is a proposal, and gives nothing.
    ADD COLUMN confirmed_at timestamptz;

-- Grants of earlier releases were given at the terminal, for no purpose: there is
-- one for each purpose now.
INSERT INTO rounds.grants (id, account_id, role, area_id, starts_at, ends_at, asleep_since, purpose)
SELECT gen_random_uuid(), g.account_id, g.role, g.area_id, g.starts_at, g.ends_at, g.asleep_since, p
FROM rounds.grants g, unnest(enum_range(NULL::rounds.purpose)) p WHERE g.role NOT IN ('administrator', 'dpo');
DELETE FROM rounds.grants WHERE purpose IS NULL AND role NOT IN ('administrator', 'dpo');
UPDATE rounds.grants SET confirmed_at = starts_at,
    ends_at = least(ends_at, starts_at + CASE WHEN role IN ('analyst', 'case_handler') THEN interval '3 months' ELSE interval '12 months' END);
-- Who was an officer beside another role is no officer any more.
DELETE FROM rounds.grants g WHERE g.role = 'dpo' AND EXISTS (
    SELECT FROM rounds.grants o WHERE o.account_id = g.account_id AND o.role <> 'dpo'
        AND tstzrange(o.starts_at, o.ends_at) && tstzrange(g.starts_at, g.ends_at));

ALTER TABLE rounds.grants
    -- An administrator keeps accounts and the officer sees to everybody's purposes.
    ADD CONSTRAINT grants_purpose CHECK ((role IN ('administrator', 'dpo')) = (purpose IS NULL)),
    ADD CONSTRAINT grants_three_months CHECK (role NOT IN ('analyst', 'case_handler') OR ends_at <= starts_at + interval '3 months'),
    ADD CONSTRAINT grants_two_people CHECK (
        CASE WHEN proposed_by IS NULL THEN confirmed_by IS NULL AND confirmed_at IS NOT NULL
        ELSE proposed_by <> account_id AND (confirmed_by IS NULL) = (confirmed_at IS NULL)
            AND confirmed_by IS DISTINCT FROM account_id AND confirmed_by IS DISTINCT FROM proposed_by END),
    -- The officer has no other role at the time.
    ADD CONSTRAINT grants_officer_alone EXCLUDE USING gist (account_id WITH =,
        ((role = 'dpo')::integer) WITH <>, tstzrange(starts_at, ends_at) WITH &&);

-- The purpose of what is done, where there is one; without it, all that the grants
-- name.
CREATE FUNCTION rounds.principal_purpose() RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT nullif(current_setting('rounds.purpose', true), '') $$;

-- Whether a grant gives anything at this moment.
CREATE FUNCTION rounds.holds(g rounds.grants) RETURNS boolean
    LANGUAGE sql STABLE
    AS $$ SELECT g.confirmed_at IS NOT NULL AND g.asleep_since IS NULL AND now() >= g.starts_at AND now() < g.ends_at $$;

-- Whether it gives it to the principal, in its present role and for its purpose.
-- The one place that says so: every policy comes here by way of granted_areas or
-- granted_rounds.
CREATE FUNCTION rounds.is_own(g rounds.grants) RETURNS boolean
    LANGUAGE sql STABLE
    AS $$ SELECT g.account_id = rounds.principal_account() AND g.role::text = rounds.principal_role()
        AND (rounds.principal_purpose() IS NULL OR g.purpose IS NULL OR g.purpose::text = rounds.principal_purpose())
        AND rounds.holds(g) $$;

CREATE OR REPLACE FUNCTION rounds.granted_areas() RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
    SELECT DISTINCT p.area_id
    FROM rounds.grants g JOIN rounds.area_paths p ON p.ancestor_id = g.area_id
    WHERE rounds.is_own(g)
$$;

-- Whether the principal's grants cover an area for a purpose.
CREATE FUNCTION rounds.is_granted(the_area uuid, the_purpose rounds.purpose) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
    SELECT EXISTS (SELECT FROM rounds.grants g JOIN rounds.area_paths p ON p.ancestor_id = g.area_id
        WHERE rounds.is_own(g) AND p.area_id = the_area AND (g.purpose IS NULL OR g.purpose = the_purpose))
$$;

-- The rounds of a purpose that the principal was granted where the round is held.
CREATE FUNCTION rounds.granted_rounds() RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
    SELECT r.id FROM rounds.rounds r
    WHERE EXISTS (SELECT FROM rounds.grants g JOIN rounds.area_paths p ON p.ancestor_id = g.area_id
            WHERE rounds.is_own(g) AND (g.purpose IS NULL OR g.purpose = r.purpose) AND p.area_id = r.area_id)
        OR EXISTS (SELECT FROM rounds.grants g JOIN rounds.area_paths p ON p.ancestor_id = g.area_id
                JOIN rounds.round_areas a ON a.area_id = p.area_id
            WHERE rounds.is_own(g) AND (g.purpose IS NULL OR g.purpose = r.purpose) AND a.round_id = r.id)
$$;

CREATE OR REPLACE FUNCTION rounds.assigned_households() RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
    SELECT s.household_id
    FROM rounds.routes r JOIN rounds.plans p ON p.id = r.plan_id JOIN rounds.rounds o ON o.id = p.round_id
        JOIN rounds.stops s ON s.route_id = r.id
    WHERE rounds.principal_role() = 'worker' AND r.worker_id = rounds.principal_worker()
      AND p.state = 'published' AND o.closed_at IS NULL AND o.id IN (SELECT rounds.granted_rounds())
$$;

CREATE OR REPLACE FUNCTION rounds.is_assigned(the_round uuid, the_household uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM rounds.stops s JOIN rounds.routes r ON r.id = s.route_id JOIN rounds.plans p ON p.id = s.plan_id
        WHERE s.household_id = the_household AND p.round_id = the_round AND p.state IN ('published', 'superseded')
          AND rounds.principal_role() = 'worker' AND r.worker_id = rounds.principal_worker()
          AND p.round_id IN (SELECT rounds.granted_rounds()))
$$;

-- Who proposes and confirms is written here, not told by the
-- caller; who may, the policies below say.
CREATE FUNCTION rounds.propose_grant() RETURNS trigger
    LANGUAGE plpgsql SET search_path = rounds, pg_temp AS $$
BEGIN
    NEW.proposed_by := rounds.principal_account();
    NEW.confirmed_by := NULL;
    NEW.confirmed_at := CASE WHEN NEW.proposed_by IS NULL THEN now() END;
    RETURN NEW;
END
$$;
CREATE TRIGGER grants_propose BEFORE INSERT ON rounds.grants FOR EACH ROW EXECUTE FUNCTION rounds.propose_grant();

CREATE FUNCTION rounds.change_grant() RETURNS trigger
    LANGUAGE plpgsql SET search_path = rounds, pg_temp AS $$
BEGIN
    IF NEW.ends_at > OLD.ends_at THEN
        RAISE EXCEPTION 'a grant cannot be made longer' USING ERRCODE = 'check_violation', CONSTRAINT = 'grants_shorten';
    END IF;
    IF NEW.confirmed_at IS DISTINCT FROM OLD.confirmed_at THEN
        IF OLD.confirmed_at IS NOT NULL OR now() >= OLD.ends_at THEN
            RAISE EXCEPTION 'the grant is confirmed or over' USING ERRCODE = 'check_violation', CONSTRAINT = 'grants_confirm_once';
        END IF;
        NEW.confirmed_by := rounds.principal_account();
        NEW.confirmed_at := now();
    END IF;
    RETURN NEW;
END
$$;
DROP TRIGGER grants_shorten ON rounds.grants;
DROP FUNCTION rounds.shorten_grant();
CREATE TRIGGER grants_change BEFORE UPDATE ON rounds.grants FOR EACH ROW EXECUTE FUNCTION rounds.change_grant();

REVOKE INSERT, UPDATE ON rounds.grants FROM rounds_app;
GRANT INSERT (id, account_id, role, area_id, purpose, starts_at, ends_at) ON rounds.grants TO rounds_app;
GRANT UPDATE (ends_at, confirmed_at) ON rounds.grants TO rounds_app;
REVOKE EXECUTE ON FUNCTION rounds.principal_purpose(), rounds.holds(rounds.grants), rounds.is_own(rounds.grants),
    rounds.is_granted(uuid, rounds.purpose), rounds.granted_rounds() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rounds.principal_purpose(), rounds.holds(rounds.grants), rounds.is_own(rounds.grants),
    rounds.is_granted(uuid, rounds.purpose), rounds.granted_rounds() TO rounds_app;

-- An administrator proposes any grant, a supervisor a worker's where it holds the
-- area for the purpose. Another administrator, the officer of the area or another
-- such supervisor confirms. Each of them may end one.
DROP POLICY read ON rounds.grants;
CREATE POLICY read ON rounds.grants FOR SELECT TO rounds_app USING (
    (SELECT rounds.principal_role()) IN ('service:login', 'service:operator', 'administrator') OR account_id = (SELECT rounds.principal_account())
    OR ((SELECT rounds.principal_role()) = 'dpo' AND (area_id IS NULL OR area_id IN (SELECT rounds.granted_areas())))
    OR ((SELECT rounds.principal_role()) = 'supervisor' AND role = 'worker' AND area_id IN (SELECT rounds.granted_areas())));
DROP POLICY add ON rounds.grants;
CREATE POLICY add ON rounds.grants FOR INSERT TO rounds_app WITH CHECK (
    (SELECT rounds.principal_role()) IN ('service:operator', 'administrator')
    OR ((SELECT rounds.principal_role()) = 'supervisor' AND role = 'worker' AND rounds.is_granted(area_id, purpose)));
DROP POLICY change ON rounds.grants;
CREATE POLICY change ON rounds.grants FOR UPDATE TO rounds_app USING (
    (SELECT rounds.principal_role()) IN ('service:operator', 'administrator')
    OR ((SELECT rounds.principal_role()) = 'dpo' AND (area_id IS NULL OR area_id IN (SELECT rounds.granted_areas())))
    OR ((SELECT rounds.principal_role()) = 'supervisor' AND role = 'worker' AND rounds.is_granted(area_id, purpose)));
-- The officer sees who reads.
DROP POLICY read ON rounds.accounts;
CREATE POLICY read ON rounds.accounts FOR SELECT TO rounds_app USING (
    (SELECT rounds.principal_role()) IN ('service:login', 'service:operator', 'administrator', 'dpo') OR id = (SELECT rounds.principal_account()));

-- Rounds are seen for their purpose.
DROP POLICY read ON rounds.rounds;
CREATE POLICY read ON rounds.rounds FOR SELECT TO rounds_app USING (
    (SELECT rounds.principal_role()) IN ('service:planning', 'service:tiles', 'service:operator')
    OR id IN (SELECT rounds.granted_rounds())
    -- A round that is being added is in no list of rounds yet.
    OR ((SELECT rounds.principal_role()) = 'supervisor' AND rounds.is_granted(area_id, purpose)));
DROP POLICY add ON rounds.rounds;
CREATE POLICY add ON rounds.rounds FOR INSERT TO rounds_app WITH CHECK (
    (SELECT rounds.principal_role()) = 'service:operator'
    OR ((SELECT rounds.principal_role()) = 'supervisor' AND rounds.is_granted(area_id, purpose)));
DROP POLICY change ON rounds.rounds;
CREATE POLICY change ON rounds.rounds FOR UPDATE TO rounds_app USING (
    (SELECT rounds.principal_role()) = 'service:operator'
    OR ((SELECT rounds.principal_role()) = 'supervisor' AND rounds.is_granted(area_id, purpose)));
DROP POLICY read ON rounds.round_areas;
CREATE POLICY read ON rounds.round_areas FOR SELECT TO rounds_app USING (
    (SELECT rounds.principal_role()) IN ('service:planning', 'service:tiles', 'service:operator')
    OR (area_id IN (SELECT rounds.granted_areas()) AND round_id IN (SELECT rounds.granted_rounds())));

DROP POLICY add ON rounds.plans;
CREATE POLICY add ON rounds.plans FOR INSERT TO rounds_app WITH CHECK (
    (SELECT rounds.principal_role()) = 'service:planning'
    OR ((SELECT rounds.principal_role()) = 'supervisor'
        AND round_id IN (SELECT r.id FROM rounds.rounds r WHERE rounds.is_granted(r.area_id, r.purpose))));
DROP POLICY change ON rounds.plans;
CREATE POLICY change ON rounds.plans FOR UPDATE TO rounds_app USING (
    (SELECT rounds.principal_role()) = 'service:planning'
    OR ((SELECT rounds.principal_role()) = 'supervisor'
        AND round_id IN (SELECT r.id FROM rounds.rounds r WHERE rounds.is_granted(r.area_id, r.purpose))));
DROP POLICY read ON rounds.plan_workers;
CREATE POLICY read ON rounds.plan_workers FOR SELECT TO rounds_app USING (
    (SELECT rounds.principal_role()) IN ('service:planning', 'service:operator')
    OR ((SELECT rounds.principal_role()) = 'supervisor' AND plan_id IN (SELECT id FROM rounds.plans) AND worker_id IN (SELECT id FROM rounds.workers)));
DROP POLICY read ON rounds.routes;
CREATE POLICY read ON rounds.routes FOR SELECT TO rounds_app USING (
    (SELECT rounds.principal_role()) IN ('service:planning', 'service:tiles', 'service:operator')
    OR ((SELECT rounds.principal_role()) = 'supervisor' AND area_id IN (SELECT rounds.granted_areas()) AND plan_id IN (SELECT id FROM rounds.plans))
    OR ((SELECT rounds.principal_role()) = 'worker' AND worker_id = (SELECT rounds.principal_worker()) AND plan_id IN (SELECT id FROM rounds.plans)));
DROP POLICY read ON rounds.stops;
CREATE POLICY read ON rounds.stops FOR SELECT TO rounds_app USING (
    (SELECT rounds.principal_role()) IN ('service:planning', 'service:tiles', 'service:operator')
    OR ((SELECT rounds.principal_role()) = 'supervisor' AND area_id IN (SELECT rounds.granted_areas()) AND plan_id IN (SELECT id FROM rounds.plans))
    OR ((SELECT rounds.principal_role()) = 'worker' AND route_id IN (SELECT id FROM rounds.routes)));
DROP POLICY read ON rounds.unplanned;
CREATE POLICY read ON rounds.unplanned FOR SELECT TO rounds_app USING (
    (SELECT rounds.principal_role()) IN ('service:planning', 'service:tiles', 'service:operator')
    OR ((SELECT rounds.principal_role()) = 'supervisor' AND area_id IN (SELECT rounds.granted_areas()) AND plan_id IN (SELECT id FROM rounds.plans)));
DROP POLICY read ON rounds.doors;
CREATE POLICY read ON rounds.doors FOR SELECT TO rounds_app USING (
    (SELECT rounds.principal_role()) = 'service:planning'
    OR ((SELECT rounds.principal_role()) IN ('service:tiles', 'service:operator') AND state = 'finished')
    OR ((SELECT rounds.principal_role()) = 'supervisor' AND state = 'finished' AND area_id IN (SELECT rounds.granted_areas())
        AND round_id IN (SELECT rounds.granted_rounds()))
    OR ((SELECT rounds.principal_role()) = 'worker' AND household_id IN (SELECT rounds.assigned_households())));

-- A case handler sees the matters of its area.
DROP POLICY read ON rounds.incidents;
CREATE POLICY read ON rounds.incidents FOR SELECT TO rounds_app USING (
    (SELECT rounds.principal_role()) IN ('service:import', 'service:tiles', 'service:operator')
    OR ((SELECT rounds.principal_role()) IN ('worker', 'supervisor', 'case_handler', 'analyst') AND area_id IN (SELECT rounds.granted_areas())));

-- A link to a file ends with the first grant that ends, sleeps or is taken away
-- after the file was made: it may hold what that grant showed.
DROP POLICY own ON rounds.exports;
CREATE POLICY read ON rounds.exports FOR SELECT TO rounds_app
    USING ((SELECT rounds.principal_role()) = 'service:operator' OR account_id = (SELECT rounds.principal_account()));
CREATE POLICY add ON rounds.exports FOR INSERT TO rounds_app
    WITH CHECK ((SELECT rounds.principal_role()) = 'service:operator' OR account_id = (SELECT rounds.principal_account()));
CREATE POLICY take ON rounds.exports FOR UPDATE TO rounds_app
    USING ((SELECT rounds.principal_role()) = 'service:operator' OR account_id = (SELECT rounds.principal_account())
        AND NOT EXISTS (SELECT FROM rounds.grants g WHERE g.account_id = exports.account_id
            AND (g.ends_at > exports.requested_at AND g.ends_at <= now() OR g.asleep_since IS NOT NULL)));
