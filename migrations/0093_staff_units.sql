-- Who deals with cases: units of a level, their members, and who is on duty when.

ALTER TYPE rounds.read_kind ADD VALUE 'cases';
ALTER TYPE rounds.read_kind ADD VALUE 'units';

CREATE TYPE rounds.unit_level AS ENUM ('county', 'town', 'village', 'group');
CREATE TYPE rounds.unit_skill AS ENUM ('mediation', 'legal_advice', 'building', 'electricity', 'gas', 'fire', 'water', 'roads', 'trees', 'waste', 'social_help');
CREATE TYPE rounds.spoken_language AS ENUM ('mandarin', 'local_dialect', 'english', 'catalan', 'spanish', 'french', 'portuguese', 'sign_language');

-- The lead answers for its cases; the unit above takes what is late. A unit that is
-- closed gets no more cases.
CREATE TABLE rounds.units (
    id        uuid PRIMARY KEY,
    area_id   uuid NOT NULL REFERENCES rounds.areas,
    parent_id uuid REFERENCES rounds.units,
    level     rounds.unit_level NOT NULL,
    branch    rounds.branch NOT NULL,
    name      rounds.area_name NOT NULL,
    name_zh   rounds.area_name,
    lead_id   uuid NOT NULL REFERENCES rounds.accounts,
    closed_on date
);
CREATE INDEX units_area_id ON rounds.units (area_id);
CREATE INDEX units_parent_id ON rounds.units (parent_id);
CREATE INDEX units_lead_id ON rounds.units (lead_id);

CREATE TABLE rounds.unit_members (
    unit_id    uuid NOT NULL REFERENCES rounds.units ON DELETE CASCADE,
    account_id uuid NOT NULL REFERENCES rounds.accounts ON DELETE CASCADE,
    PRIMARY KEY (unit_id, account_id)
);
CREATE INDEX unit_members_account_id ON rounds.unit_members (account_id);
CREATE TABLE rounds.unit_member_skills (
    unit_id    uuid NOT NULL,
    account_id uuid NOT NULL,
    skill      rounds.unit_skill NOT NULL,
    PRIMARY KEY (unit_id, account_id, skill),
    FOREIGN KEY (unit_id, account_id) REFERENCES rounds.unit_members ON DELETE CASCADE
);
CREATE TABLE rounds.unit_member_languages (
    unit_id    uuid NOT NULL,
    account_id uuid NOT NULL,
    language   rounds.spoken_language NOT NULL,
    PRIMARY KEY (unit_id, account_id, language),
    FOREIGN KEY (unit_id, account_id) REFERENCES rounds.unit_members ON DELETE CASCADE
);

-- Who is on duty: one at a time, both days included.
CREATE TABLE rounds.duty_shifts (
    unit_id    uuid NOT NULL,
    first_on   date NOT NULL,
    last_on    date NOT NULL,
    account_id uuid NOT NULL,
    PRIMARY KEY (unit_id, first_on),
    FOREIGN KEY (unit_id, account_id) REFERENCES rounds.unit_members ON DELETE CASCADE,
    CHECK (first_on <= last_on),
    CONSTRAINT duty_shifts_one EXCLUDE USING gist (unit_id WITH =, daterange(first_on, last_on, '[]') WITH &&)
);
CREATE INDEX duty_shifts_member ON rounds.duty_shifts (unit_id, account_id);
-- When somebody is away; never why.
CREATE TABLE rounds.staff_leave (
    account_id uuid NOT NULL REFERENCES rounds.accounts ON DELETE CASCADE,
    first_on   date NOT NULL,
    last_on    date NOT NULL,
    PRIMARY KEY (account_id, first_on),
    CHECK (first_on <= last_on),
    CONSTRAINT staff_leave_apart EXCLUDE USING gist (account_id WITH =, daterange(first_on, last_on, '[]') WITH &&)
);

-- A unit's parent is of a higher level and has its area in sight, so that there is no
-- circle, and what is late goes up to somebody who may see it.
CREATE FUNCTION rounds.check_unit() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    IF NEW.parent_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM rounds.units u JOIN rounds.area_paths p ON p.ancestor_id = u.area_id
        WHERE u.id = NEW.parent_id AND u.level < NEW.level AND p.area_id = NEW.area_id) THEN
        RAISE EXCEPTION 'the unit above is of a higher level, for an area around' USING ERRCODE = 'check_violation', CONSTRAINT = 'units_parent';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER units_check BEFORE INSERT OR UPDATE ON rounds.units FOR EACH ROW EXECUTE FUNCTION rounds.check_unit();

-- The units that the principal is a member, or the lead, of.
CREATE FUNCTION rounds.own_units() RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
    SELECT m.unit_id FROM rounds.unit_members m WHERE m.account_id = rounds.principal_account()
    UNION SELECT u.id FROM rounds.units u WHERE u.lead_id = rounds.principal_account()
$$;

-- Whether an account may see the cases of an area: it is not disabled and holds a grant.
CREATE FUNCTION rounds.can_handle(the_account uuid, the_area uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM rounds.accounts a JOIN rounds.grants g ON g.account_id = a.id JOIN rounds.area_paths p ON p.ancestor_id = g.area_id
        WHERE a.id = the_account AND a.disabled_at IS NULL AND g.role IN ('case_handler', 'supervisor') AND p.area_id = the_area AND rounds.holds(g))
$$;

-- Who is on duty in a unit on a day: by the rota, else the lead, else whoever is in the
-- unit above. Is nobody of all of them there, it is the lead of the uppermost.
CREATE FUNCTION rounds.on_duty(the_unit uuid, the_day date) RETURNS uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
DECLARE
    u rounds.units;
    found_one uuid;
    next_unit uuid := the_unit;
BEGIN
    WHILE next_unit IS NOT NULL LOOP
        SELECT * INTO u FROM rounds.units WHERE id = next_unit;
        SELECT c.account_id INTO found_one FROM (
            SELECT s.account_id, 1 AS place FROM rounds.duty_shifts s WHERE s.unit_id = u.id AND the_day BETWEEN s.first_on AND s.last_on
            UNION ALL SELECT u.lead_id, 2) c
        WHERE rounds.can_handle(c.account_id, u.area_id)
            AND NOT EXISTS (SELECT FROM rounds.staff_leave l WHERE l.account_id = c.account_id AND the_day BETWEEN l.first_on AND l.last_on)
        ORDER BY c.place LIMIT 1;
        IF found_one IS NOT NULL THEN
            RETURN found_one;
        END IF;
        next_unit := u.parent_id;
    END LOOP;
    RETURN u.lead_id;
END
$$;

-- Puts a member on duty for some days: who had them is relieved, and keeps the others.
CREATE FUNCTION rounds.set_duty(the_unit uuid, the_account uuid, first date, last date) RETURNS void
    LANGUAGE plpgsql SET search_path = rounds, pg_temp AS $$
DECLARE
    s rounds.duty_shifts;
BEGIN
    FOR s IN SELECT * FROM rounds.duty_shifts d WHERE d.unit_id = the_unit AND d.first_on <= last AND d.last_on >= first LOOP
        DELETE FROM rounds.duty_shifts d WHERE d.unit_id = s.unit_id AND d.first_on = s.first_on;
        IF s.first_on < first THEN
            INSERT INTO rounds.duty_shifts (unit_id, first_on, last_on, account_id) VALUES (s.unit_id, s.first_on, first - 1, s.account_id);
        END IF;
        IF s.last_on > last THEN
            INSERT INTO rounds.duty_shifts (unit_id, first_on, last_on, account_id) VALUES (s.unit_id, last + 1, s.last_on, s.account_id);
        END IF;
    END LOOP;
    IF the_account IS NOT NULL THEN
        INSERT INTO rounds.duty_shifts (unit_id, first_on, last_on, account_id) VALUES (the_unit, first, last, the_account);
    END IF;
END
$$;

-- Whether an area is one of the principal's, or around one. For one area it is sooner
-- answered than by visible_areas.
CREATE FUNCTION rounds.is_near(the_area uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM rounds.grants g WHERE g.account_id = rounds.principal_account() AND rounds.is_own(g) AND (
            EXISTS (SELECT FROM rounds.area_paths p WHERE p.ancestor_id = g.area_id AND p.area_id = the_area)
            OR EXISTS (SELECT FROM rounds.area_paths p WHERE p.ancestor_id = the_area AND p.area_id = g.area_id)))
$$;
-- Colleagues are named to each other: who leads or deals with cases near.
CREATE FUNCTION rounds.colleague_name(the_account uuid) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
    SELECT a.name::text FROM rounds.accounts a
    WHERE a.id = the_account AND rounds.principal_role() IN ('supervisor', 'case_handler') AND (
        a.id = rounds.principal_account()
        OR EXISTS (SELECT FROM rounds.unit_members m JOIN rounds.units u ON u.id = m.unit_id WHERE m.account_id = a.id AND rounds.is_near(u.area_id))
        OR EXISTS (SELECT FROM rounds.grants g WHERE g.account_id = a.id AND g.role IN ('supervisor', 'case_handler') AND rounds.is_near(g.area_id)))
$$;
-- Whom a supervisor puts into a unit: a case handler of its areas, by login.
CREATE FUNCTION rounds.handler_of_login(the_login text, the_area uuid) RETURNS uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
    SELECT a.id FROM rounds.accounts a
    WHERE a.login::text = the_login AND rounds.principal_role() = 'supervisor' AND the_area IN (SELECT rounds.granted_areas())
        AND rounds.can_handle(a.id, the_area)
$$;

-- A day that is worked on: Monday to Friday, no holiday of the area or of one around it.
CREATE FUNCTION rounds.is_working(the_area uuid, the_day date) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
    SELECT extract(isodow FROM the_day) < 6 AND NOT EXISTS (
        SELECT FROM rounds.area_paths p JOIN rounds.holidays h ON h.area_id = p.ancestor_id
        WHERE p.area_id = the_area AND h.day = the_day)
$$;
-- The day that so many days come after; days that are not worked on count where
-- working is false. None after is the day itself.
CREATE FUNCTION rounds.add_days(the_area uuid, the_day date, days integer, working boolean) RETURNS date
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
DECLARE
    off date[];
    left_over integer := days;
    at date := the_day;
BEGIN
    IF NOT working OR days <= 0 THEN
        RETURN the_day + days;
    END IF;
    SELECT coalesce(array_agg(DISTINCT h.day), '{}') INTO off
    FROM rounds.area_paths p JOIN rounds.holidays h ON h.area_id = p.ancestor_id WHERE p.area_id = the_area AND h.day > the_day;
    -- Ten years of holidays are a mistake, which stops nothing.
    WHILE left_over > 0 AND at < the_day + 3650 LOOP
        at := at + 1;
        IF extract(isodow FROM at) < 6 AND NOT at = ANY (off) THEN
            left_over := left_over - 1;
        END IF;
    END LOOP;
    RETURN at;
END
$$;
-- How many such days are after one and not after another.
CREATE FUNCTION rounds.days_after(the_area uuid, the_day date, until date, working boolean) RETURNS integer
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
    SELECT count(*)::integer FROM generate_series(1, until - the_day) n -- numbers: a moment has a zone
    WHERE NOT working OR rounds.is_working(the_area, the_day + n)
$$;

DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['units', 'unit_members', 'unit_member_skills', 'unit_member_languages', 'duty_shifts', 'staff_leave'] LOOP
        EXECUTE format('ALTER TABLE rounds.%I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', t);
        EXECUTE format('GRANT SELECT, INSERT, DELETE ON rounds.%I TO rounds_app', t);
    END LOOP;
END
$$;
REVOKE DELETE ON rounds.units FROM rounds_app;
GRANT UPDATE (parent_id, branch, name, name_zh, lead_id, closed_on) ON rounds.units TO rounds_app;
REVOKE EXECUTE ON FUNCTION rounds.check_unit(), rounds.own_units(), rounds.can_handle(uuid, uuid), rounds.on_duty(uuid, date), rounds.set_duty(uuid, uuid, date, date),
    rounds.is_near(uuid), rounds.colleague_name(uuid), rounds.handler_of_login(text, uuid), rounds.is_working(uuid, date), rounds.add_days(uuid, date, integer, boolean),
    rounds.days_after(uuid, date, date, boolean) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rounds.own_units(), rounds.on_duty(uuid, date), rounds.set_duty(uuid, uuid, date, date), rounds.colleague_name(uuid),
    rounds.handler_of_login(text, uuid), rounds.add_days(uuid, date, integer, boolean), rounds.days_after(uuid, date, date, boolean) TO rounds_app;

-- Units are offices: who works in an area knows those of it and above.
CREATE POLICY read ON rounds.units FOR SELECT TO rounds_app USING (
    (SELECT rounds.principal_role()) = 'service:import'
    OR (SELECT rounds.principal_role()) IN ('worker', 'supervisor', 'case_handler') AND area_id IN (SELECT rounds.visible_areas()));
CREATE POLICY add ON rounds.units FOR INSERT TO rounds_app WITH CHECK (
    (SELECT rounds.principal_role()) = 'supervisor' AND area_id IN (SELECT rounds.granted_areas()));
CREATE POLICY change ON rounds.units FOR UPDATE TO rounds_app USING (
    (SELECT rounds.principal_role()) = 'supervisor' AND area_id IN (SELECT rounds.granted_areas()));

-- Who is in one, and when on duty or away, is for those who deal with cases there.
DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['unit_members', 'unit_member_skills', 'unit_member_languages', 'duty_shifts'] LOOP
        EXECUTE format($policy$
            CREATE POLICY read ON rounds.%1$I FOR SELECT TO rounds_app USING (
                (SELECT rounds.principal_role()) IN ('supervisor', 'case_handler') AND unit_id IN (SELECT u.id FROM rounds.units u));
            CREATE POLICY add ON rounds.%1$I FOR INSERT TO rounds_app WITH CHECK (
                (SELECT rounds.principal_role()) = 'supervisor' AND unit_id IN (SELECT u.id FROM rounds.units u WHERE u.area_id IN (SELECT rounds.granted_areas())));
            CREATE POLICY remove ON rounds.%1$I FOR DELETE TO rounds_app USING (
                (SELECT rounds.principal_role()) = 'supervisor' AND unit_id IN (SELECT u.id FROM rounds.units u WHERE u.area_id IN (SELECT rounds.granted_areas())))
        $policy$, t);
    END LOOP;
END
$$;
-- A member hands the own duty over to a colleague.
CREATE POLICY hand_over ON rounds.duty_shifts FOR INSERT TO rounds_app WITH CHECK (
    (SELECT rounds.principal_role()) = 'case_handler' AND unit_id IN (SELECT rounds.own_units()));
CREATE POLICY take_over ON rounds.duty_shifts FOR DELETE TO rounds_app USING (
    (SELECT rounds.principal_role()) = 'case_handler' AND unit_id IN (SELECT rounds.own_units()));
CREATE POLICY read ON rounds.staff_leave FOR SELECT TO rounds_app USING (
    account_id = (SELECT rounds.principal_account())
    OR (SELECT rounds.principal_role()) IN ('supervisor', 'case_handler') AND account_id IN (SELECT m.account_id FROM rounds.unit_members m));
CREATE POLICY add ON rounds.staff_leave FOR INSERT TO rounds_app WITH CHECK (
    account_id = (SELECT rounds.principal_account()) AND (SELECT rounds.principal_role()) = 'case_handler'
    OR (SELECT rounds.principal_role()) = 'supervisor' AND account_id IN (
        SELECT m.account_id FROM rounds.unit_members m JOIN rounds.units u ON u.id = m.unit_id WHERE u.area_id IN (SELECT rounds.granted_areas())));
CREATE POLICY remove ON rounds.staff_leave FOR DELETE TO rounds_app USING (
    account_id = (SELECT rounds.principal_account()) AND (SELECT rounds.principal_role()) = 'case_handler'
    OR (SELECT rounds.principal_role()) = 'supervisor' AND account_id IN (
        SELECT m.account_id FROM rounds.unit_members m JOIN rounds.units u ON u.id = m.unit_id WHERE u.area_id IN (SELECT rounds.granted_areas())));

-- Shifts and leave that are long over tell nothing any more.
INSERT INTO rounds.retention (class, age, action) VALUES ('duty_shifts', '90 days', 'delete'), ('staff_leave', '90 days', 'delete');
CREATE FUNCTION rounds.sweep_duty_shifts(now timestamptz, batch integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
DECLARE
    gone integer;
BEGIN
    DELETE FROM rounds.duty_shifts WHERE ctid IN (
        SELECT d.ctid FROM rounds.duty_shifts d WHERE d.last_on < rounds.over_before('duty_shifts', now)::date LIMIT batch);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END
$$;
CREATE FUNCTION rounds.sweep_staff_leave(now timestamptz, batch integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
DECLARE
    gone integer;
BEGIN
    DELETE FROM rounds.staff_leave WHERE ctid IN (
        SELECT l.ctid FROM rounds.staff_leave l WHERE l.last_on < rounds.over_before('staff_leave', now)::date LIMIT batch);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END
$$;
REVOKE EXECUTE ON FUNCTION rounds.sweep_duty_shifts(timestamptz, integer), rounds.sweep_staff_leave(timestamptz, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rounds.sweep_duty_shifts(timestamptz, integer), rounds.sweep_staff_leave(timestamptz, integer) TO rounds_app;
