-- In an emergency two people open evacuation help, contact in an outage, welfare
-- calls and transport of an area of 20 dwellings or more for 72 hours. The officer
-- sees it at once; those who were opened are told afterwards.

CREATE TABLE rounds.emergency_openings (
    id          uuid PRIMARY KEY,
    area_id     uuid NOT NULL REFERENCES rounds.areas,
    emergency   rounds.emergency NOT NULL,
    proposed_by uuid NOT NULL REFERENCES rounds.accounts,
    proposed_at timestamptz NOT NULL,
    opened_by   uuid REFERENCES rounds.accounts,
    opened_at   timestamptz,
    closes_at   timestamptz,
    CONSTRAINT emergency_openings_two_people CHECK (opened_by <> proposed_by),
    CONSTRAINT emergency_openings_72_hours CHECK ((opened_by IS NULL) = (opened_at IS NULL) AND (opened_by IS NULL) = (closes_at IS NULL)
        AND closes_at <= opened_at + interval '72 hours')
);
CREATE INDEX emergency_openings_area_id ON rounds.emergency_openings (area_id);

-- What was opened, fixed at that moment: who is to be told afterwards.
CREATE TABLE rounds.opening_households (
    opening_id   uuid NOT NULL REFERENCES rounds.emergency_openings ON DELETE CASCADE,
    household_id uuid NOT NULL REFERENCES rounds.households ON DELETE CASCADE,
    PRIMARY KEY (opening_id, household_id)
);
CREATE INDEX opening_households_household_id ON rounds.opening_households (household_id);

-- Paper that is out: each print has a number.
CREATE TABLE rounds.opening_prints (
    opening_id uuid NOT NULL REFERENCES rounds.emergency_openings ON DELETE CASCADE,
    number     smallint NOT NULL CHECK (number >= 1),
    printed_by uuid NOT NULL REFERENCES rounds.accounts,
    printed_at timestamptz NOT NULL,
    PRIMARY KEY (opening_id, number)
);

CREATE FUNCTION rounds.propose_opening() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
DECLARE
    places integer;
BEGIN
    SELECT count(*) INTO places FROM rounds.households h JOIN rounds.area_paths p ON p.area_id = h.area_id WHERE p.ancestor_id = NEW.area_id;
    IF places < 20 THEN
        RAISE EXCEPTION 'an emergency opening needs an area of at least 20 dwellings'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'emergency_openings_twenty_dwellings';
    END IF;
    NEW.proposed_by := rounds.principal_account();
    NEW.proposed_at := rounds.clock();
    RETURN NEW;
END
$$;
CREATE TRIGGER emergency_openings_propose BEFORE INSERT ON rounds.emergency_openings FOR EACH ROW EXECUTE FUNCTION rounds.propose_opening();

-- By a second person, within a day.
CREATE FUNCTION rounds.open_emergency(the_opening uuid) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    UPDATE rounds.emergency_openings o
    SET opened_by = rounds.principal_account(), opened_at = rounds.clock(), closes_at = rounds.clock() + interval '72 hours'
    WHERE o.id = the_opening AND o.opened_at IS NULL AND o.proposed_at > rounds.clock() - interval '24 hours'
      AND rounds.principal_role() = 'supervisor' AND o.area_id IN (SELECT rounds.granted_areas());
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    INSERT INTO rounds.opening_households (opening_id, household_id)
    SELECT DISTINCT the_opening, s.household_id
    FROM rounds.emergency_openings o JOIN rounds.area_paths p ON p.ancestor_id = o.area_id
        JOIN rounds.support_wanted s ON s.area_id = p.area_id
    WHERE o.id = the_opening AND s.expires_on >= rounds.today()
      AND s.service IN ('evacuation_help', 'outage_contact', 'welfare_call', 'transport');
    RETURN true;
END
$$;

-- Sooner than after 72 hours.
CREATE FUNCTION rounds.close_emergency(the_opening uuid) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    UPDATE rounds.emergency_openings o SET closes_at = least(o.closes_at, rounds.clock())
    WHERE o.id = the_opening AND o.opened_at IS NOT NULL AND rounds.principal_role() = 'supervisor' AND o.area_id IN (SELECT rounds.granted_areas());
    RETURN FOUND;
END
$$;

-- The households that the principal, a supervisor of the whole of an opened area, may
-- see wanted services of at this moment.
CREATE FUNCTION rounds.opened_households() RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
    SELECT h.household_id FROM rounds.emergency_openings o JOIN rounds.opening_households h ON h.opening_id = o.id
    WHERE rounds.principal_role() = 'supervisor' AND o.opened_at <= rounds.clock() AND rounds.clock() < o.closes_at
      AND o.area_id IN (SELECT rounds.granted_areas())
$$;

-- The number of the next print, none when the area is not open to the principal.
CREATE FUNCTION rounds.print_opening(the_opening uuid) RETURNS smallint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
DECLARE
    latest smallint;
BEGIN
    PERFORM FROM rounds.emergency_openings o
    WHERE o.id = the_opening AND rounds.principal_role() = 'supervisor' AND o.opened_at <= rounds.clock() AND rounds.clock() < o.closes_at
      AND o.area_id IN (SELECT rounds.granted_areas()) FOR UPDATE;
    IF FOUND THEN
        INSERT INTO rounds.opening_prints (opening_id, number, printed_by, printed_at)
        SELECT the_opening, coalesce(max(p.number), 0) + 1, rounds.principal_account(), rounds.clock()
        FROM rounds.opening_prints p WHERE p.opening_id = the_opening
        RETURNING number INTO latest;
    END IF;
    RETURN latest;
END
$$;

-- Those of a household were told that their wishes were opened.
CREATE FUNCTION rounds.tell_opened(the_opening uuid, the_household uuid) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    DELETE FROM rounds.opening_households h USING rounds.emergency_openings o
    WHERE o.id = h.opening_id AND o.id = the_opening AND h.household_id = the_household AND o.closes_at <= rounds.clock()
      AND rounds.principal_role() = 'supervisor' AND o.area_id IN (SELECT rounds.granted_areas());
    RETURN FOUND;
END
$$;

-- A proposal that nobody followed goes after 30 days; an opening stays for 24 months
-- as proof, the list of who is to be told for 60 days.
CREATE FUNCTION rounds.sweep_emergency_openings(now timestamptz, batch integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
DECLARE
    gone integer;
BEGIN
    DELETE FROM rounds.emergency_openings WHERE rounds.principal_role() = 'service:retention' AND id IN (
        SELECT o.id FROM rounds.emergency_openings o
        WHERE o.closes_at < now - (SELECT r.age FROM rounds.retention r WHERE r.class = 'emergency_openings') OR (o.closes_at IS NULL AND o.proposed_at < now - interval '30 days') LIMIT batch);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END
$$;
CREATE FUNCTION rounds.sweep_opening_households(now timestamptz, batch integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
DECLARE
    gone integer;
BEGIN
    DELETE FROM rounds.opening_households WHERE rounds.principal_role() = 'service:retention' AND (opening_id, household_id) IN (
        SELECT h.opening_id, h.household_id FROM rounds.opening_households h JOIN rounds.emergency_openings o ON o.id = h.opening_id
        WHERE o.closes_at < now - (SELECT r.age FROM rounds.retention r WHERE r.class = 'opening_households') LIMIT batch);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END
$$;

INSERT INTO rounds.retention (class, age, action) VALUES
    ('emergency_openings', '24 months', 'delete'), -- with their prints, after they closed
    ('opening_households', '60 days', 'delete');   -- who is still to be told, after it closed

ALTER TABLE rounds.emergency_openings ENABLE ROW LEVEL SECURITY;
ALTER TABLE rounds.emergency_openings FORCE ROW LEVEL SECURITY;
ALTER TABLE rounds.opening_households ENABLE ROW LEVEL SECURITY;
ALTER TABLE rounds.opening_households FORCE ROW LEVEL SECURITY;
ALTER TABLE rounds.opening_prints ENABLE ROW LEVEL SECURITY;
ALTER TABLE rounds.opening_prints FORCE ROW LEVEL SECURITY;
GRANT SELECT ON rounds.emergency_openings, rounds.opening_households, rounds.opening_prints TO rounds_app;
GRANT INSERT (id, area_id, emergency) ON rounds.emergency_openings TO rounds_app;
CREATE POLICY read ON rounds.emergency_openings FOR SELECT TO rounds_app USING (
    (SELECT rounds.principal_role()) IN ('supervisor', 'dpo') AND area_id IN (SELECT rounds.granted_areas()));
CREATE POLICY add ON rounds.emergency_openings FOR INSERT TO rounds_app WITH CHECK (
    (SELECT rounds.principal_role()) = 'supervisor' AND area_id IN (SELECT rounds.granted_areas()));
CREATE POLICY read ON rounds.opening_prints FOR SELECT TO rounds_app USING (opening_id IN (SELECT id FROM rounds.emergency_openings));
CREATE POLICY read ON rounds.opening_households FOR SELECT TO rounds_app USING (
    (SELECT rounds.principal_role()) = 'supervisor' AND opening_id IN (SELECT id FROM rounds.emergency_openings));
CREATE POLICY emergency ON rounds.support_wanted FOR SELECT TO rounds_app USING (
    (SELECT rounds.principal_role()) = 'supervisor' AND expires_on >= rounds.today()
    AND service IN ('evacuation_help', 'outage_contact', 'welfare_call', 'transport') AND household_id IN (SELECT rounds.opened_households()));
CREATE POLICY emergency ON rounds.consents FOR SELECT TO rounds_app USING (
    (SELECT rounds.principal_role()) = 'supervisor' AND expires_on >= rounds.today() AND id IN (SELECT consent_id FROM rounds.support_wanted));

-- What else a consent covers is opened to nobody: the worker alone sees it.
DROP POLICY read ON rounds.consent_services;
CREATE POLICY read ON rounds.consent_services FOR SELECT TO rounds_app USING (
    (SELECT rounds.principal_role()) = 'worker' AND consent_id IN (SELECT id FROM rounds.consents));

REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA rounds FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rounds.open_emergency(uuid), rounds.close_emergency(uuid), rounds.opened_households(), rounds.print_opening(uuid),
    rounds.tell_opened(uuid, uuid), rounds.sweep_emergency_openings(timestamptz, integer), rounds.sweep_opening_households(timestamptz, integer) TO rounds_app;
