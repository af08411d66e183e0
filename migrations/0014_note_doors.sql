-- What keeps a worker safe at a door: notes about the place from a closed list, and
-- going in pairs, which has no reason.

CREATE TYPE rounds.door_note AS ENUM ('loose_dog', 'broken_steps', 'unlit_path', 'locked_gate', 'no_phone_signal', 'side_door', 'ring_long');

CREATE TABLE rounds.door_notes (
    household_id uuid NOT NULL REFERENCES rounds.households ON DELETE CASCADE,
    note         rounds.door_note NOT NULL,
    seen_on      date NOT NULL,
    PRIMARY KEY (household_id, note)
);
CREATE INDEX door_notes_seen_on ON rounds.door_notes (seen_on);

-- Proposed by one supervisor, confirmed by another, over after 90 days.
CREATE TABLE rounds.pair_visits (
    household_id uuid PRIMARY KEY REFERENCES rounds.households ON DELETE CASCADE,
    area_id      uuid NOT NULL REFERENCES rounds.areas, -- the household's grid
    proposed_by  uuid NOT NULL REFERENCES rounds.accounts,
    proposed_on  date NOT NULL,
    confirmed_by uuid REFERENCES rounds.accounts,
    ends_on      date,
    CONSTRAINT pair_visits_two_people CHECK (confirmed_by <> proposed_by),
    CONSTRAINT pair_visits_ninety_days CHECK ((confirmed_by IS NULL) = (ends_on IS NULL) AND ends_on <= proposed_on + 14 + 90)
);
CREATE INDEX pair_visits_area_id ON rounds.pair_visits (area_id);

-- A note seen, again or for the first time, or no longer there; false: not one of the
-- worker's doors. A phone may deliver for two weeks.
CREATE FUNCTION rounds.note_door(the_household uuid, the_note rounds.door_note, the_day date, there boolean) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    IF the_household NOT IN (SELECT rounds.households_near_visit()) OR the_day NOT BETWEEN rounds.today() - 14 AND rounds.today() THEN
        RETURN false;
    END IF;
    IF there THEN
        INSERT INTO rounds.door_notes AS n (household_id, note, seen_on) VALUES (the_household, the_note, the_day)
        ON CONFLICT (household_id, note) DO UPDATE SET seen_on = greatest(n.seen_on, EXCLUDED.seen_on);
    ELSE
        DELETE FROM rounds.door_notes WHERE household_id = the_household AND note = the_note AND seen_on <= the_day;
    END IF;
    RETURN true;
END
$$;

-- Whether a supervisor may decide about a household.
CREATE FUNCTION rounds.supervises(the_household uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
    SELECT rounds.principal_role() = 'supervisor' AND EXISTS (
        SELECT FROM rounds.households h WHERE h.id = the_household AND h.area_id IN (SELECT rounds.granted_areas()))
$$;

-- A proposal waits for 14 days; what is over makes room.
CREATE FUNCTION rounds.propose_pair(the_household uuid) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    IF NOT rounds.supervises(the_household) THEN
        RETURN false;
    END IF;
    DELETE FROM rounds.pair_visits WHERE household_id = the_household AND coalesce(ends_on, proposed_on + 14) < rounds.today();
    INSERT INTO rounds.pair_visits (household_id, area_id, proposed_by, proposed_on)
    SELECT h.id, h.area_id, rounds.principal_account(), rounds.today() FROM rounds.households h WHERE h.id = the_household
    ON CONFLICT DO NOTHING;
    RETURN true;
END
$$;
CREATE FUNCTION rounds.confirm_pair(the_household uuid) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    UPDATE rounds.pair_visits SET confirmed_by = rounds.principal_account(), ends_on = rounds.today() + 90
    WHERE household_id = the_household AND confirmed_by IS NULL AND proposed_on >= rounds.today() - 14 AND rounds.supervises(the_household);
    RETURN FOUND;
END
$$;
-- Says nothing of whether there was one.
CREATE FUNCTION rounds.end_pair(the_household uuid) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    IF NOT rounds.supervises(the_household) THEN
        RETURN false;
    END IF;
    DELETE FROM rounds.pair_visits WHERE household_id = the_household;
    RETURN true;
END
$$;

CREATE OR REPLACE FUNCTION rounds.move_consents() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    UPDATE rounds.consents SET area_id = NEW.area_id WHERE household_id = NEW.id;
    UPDATE rounds.support_wanted SET area_id = NEW.area_id WHERE household_id = NEW.id;
    UPDATE rounds.pair_visits SET area_id = NEW.area_id WHERE household_id = NEW.id;
    RETURN NULL;
END
$$;

CREATE FUNCTION rounds.sweep_door_notes(now timestamptz, batch integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
DECLARE
    gone integer;
BEGIN
    DELETE FROM rounds.door_notes WHERE rounds.principal_role() = 'service:retention' AND (household_id, note) IN (
        SELECT n.household_id, n.note FROM rounds.door_notes n WHERE n.seen_on < now::date - (SELECT r.age FROM rounds.retention r WHERE r.class = 'door_notes') LIMIT batch);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END
$$;
CREATE FUNCTION rounds.sweep_pair_visits(now timestamptz, batch integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
DECLARE
    gone integer;
BEGIN
    DELETE FROM rounds.pair_visits WHERE rounds.principal_role() = 'service:retention' AND household_id IN (
        SELECT p.household_id FROM rounds.pair_visits p WHERE coalesce(p.ends_on, p.proposed_on + 14) < now::date LIMIT batch);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END
$$;

INSERT INTO rounds.retention (class, age, action) VALUES
    ('door_notes', '6 months', 'delete'), -- after they were seen
    ('pair_visits', '0', 'delete');       -- after the 90 days, a proposal after 14

ALTER TABLE rounds.door_notes ENABLE ROW LEVEL SECURITY;
ALTER TABLE rounds.door_notes FORCE ROW LEVEL SECURITY;
ALTER TABLE rounds.pair_visits ENABLE ROW LEVEL SECURITY;
ALTER TABLE rounds.pair_visits FORCE ROW LEVEL SECURITY;
GRANT SELECT ON rounds.door_notes, rounds.pair_visits TO rounds_app;
CREATE POLICY read ON rounds.door_notes FOR SELECT TO rounds_app USING (
    (SELECT rounds.principal_role()) = 'worker' AND seen_on >= rounds.today() - interval '6 months'
    AND household_id IN (SELECT rounds.households_near_visit()));
-- Who visits sees what was confirmed; supervisors see what waits for one of them.
CREATE POLICY read ON rounds.pair_visits FOR SELECT TO rounds_app USING (
    ((SELECT rounds.principal_role()) = 'worker' AND ends_on >= rounds.today() AND household_id IN (SELECT rounds.households_near_visit()))
    OR ((SELECT rounds.principal_role()) = 'supervisor' AND confirmed_by IS NULL AND proposed_on >= rounds.today() - 14
        AND area_id IN (SELECT rounds.granted_areas())));

REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA rounds FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rounds.note_door(uuid, rounds.door_note, date, boolean), rounds.propose_pair(uuid), rounds.confirm_pair(uuid),
    rounds.end_pair(uuid), rounds.sweep_door_notes(timestamptz, integer), rounds.sweep_pair_visits(timestamptz, integer) TO rounds_app;
