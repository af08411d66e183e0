-- What phones recorded comes in any order, any number of times, and is taken once.

-- What was taken from phones: neither what it was nor from whom. The digest, with a key
-- that is not here, tells the same again from something else under the same id.
CREATE TABLE rounds.operations (
    id       uuid PRIMARY KEY,
    sequence bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    digest   bytea NOT NULL CHECK (length(digest) = 32),
    taken_on date NOT NULL DEFAULT rounds.today()
);
CREATE INDEX operations_taken_on ON rounds.operations (taken_on);
ALTER TABLE rounds.operations ENABLE ROW LEVEL SECURITY;
ALTER TABLE rounds.operations FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT (id, digest) ON rounds.operations TO rounds_app;
CREATE POLICY read ON rounds.operations FOR SELECT TO rounds_app USING ((SELECT rounds.principal_role()) = 'worker');
CREATE POLICY add ON rounds.operations FOR INSERT TO rounds_app WITH CHECK ((SELECT rounds.principal_role()) = 'worker');

-- The last number given: whoever was told a greater one was told so by a database that
-- is no more.
CREATE FUNCTION rounds.last_operation() RETURNS bigint
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
    SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM rounds.operations_sequence_seq
$$;
-- Another epoch when a phone was told of more than there is: an older backup was restored.
CREATE FUNCTION rounds.begin_epoch(told_epoch uuid, told_sequence bigint) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
    UPDATE rounds.installation SET epoch = gen_random_uuid()
    WHERE rounds.principal_role() = 'worker' AND epoch = told_epoch AND told_sequence > rounds.last_operation()
$$;

-- Phones keep what they sent for two weeks, and send it again after a restore.
INSERT INTO rounds.retention (class, age, action) VALUES ('operations', '30 days', 'delete');
CREATE FUNCTION rounds.sweep_operations(now timestamptz, batch integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
DECLARE
    gone integer;
BEGIN
    DELETE FROM rounds.operations WHERE id IN (
        SELECT o.id FROM rounds.operations o WHERE o.taken_on < rounds.over_before('operations', now)::date LIMIT batch);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END
$$;

-- Visits never conflict. A visit that asks for no number is kept also at a door that
-- another finished; it has none then, as it is no attempt.
ALTER TABLE rounds.visits ALTER COLUMN attempt DROP NOT NULL, ALTER COLUMN attempt SET DEFAULT 1;

CREATE OR REPLACE FUNCTION rounds.number_visit() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
DECLARE
    state rounds.door_state;
BEGIN
    -- A phone that sends a visit again meets the primary key, not these rules.
    IF EXISTS (SELECT FROM rounds.visits v WHERE v.id = NEW.id) THEN
        RETURN NEW;
    END IF;
    IF EXISTS (SELECT FROM rounds.rounds r WHERE r.id = NEW.round_id AND r.closed_at IS NOT NULL) THEN
        RAISE EXCEPTION 'the round is closed' USING ERRCODE = 'check_violation', CONSTRAINT = 'visits_round_open';
    END IF;
    -- Two visits to one door at once take turns here.
    INSERT INTO rounds.doors (round_id, household_id, area_id, state)
    SELECT NEW.round_id, h.id, h.area_id, 'open' FROM rounds.households h WHERE h.id = NEW.household_id
    ON CONFLICT DO NOTHING;
    SELECT d.state INTO state FROM rounds.doors d
    WHERE d.round_id = NEW.round_id AND d.household_id = NEW.household_id FOR UPDATE;
    IF state = 'finished' AND NEW.attempt IS NOT NULL THEN
        RAISE EXCEPTION 'the door is finished in this round' USING ERRCODE = 'check_violation', CONSTRAINT = 'visits_door_open';
    END IF;
    NEW.attempt := NULL; -- settle_door numbers
    RETURN NEW;
END
$$;

-- The door follows from the set of its visits, whatever the order in which they came:
-- by day, part of the day and id, until one finishes it or the fourth was in vain.
CREATE OR REPLACE FUNCTION rounds.settle_door(the_round uuid, the_household uuid) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
DECLARE
    v record;
    attempts smallint := 0;
    number smallint;
    last_on date;
    last_part rounds.day_part;
    again boolean;
    before rounds.door_state;
    after rounds.door_state := 'open';
BEGIN
    SELECT d.state INTO before FROM rounds.doors d WHERE d.round_id = the_round AND d.household_id = the_household FOR UPDATE;
    FOR v IN SELECT w.id, w.outcome, w.visited_on, w.part, w.attempt,
            EXISTS (SELECT FROM rounds.visit_retractions r WHERE r.visit_id = w.id) AS taken_back
        FROM rounds.visits w WHERE w.round_id = the_round AND w.household_id = the_household
        ORDER BY w.visited_on, w.part, w.id
    LOOP
        number := NULL;
        IF NOT v.taken_back AND after = 'open' THEN
            attempts := attempts + 1;
            number := attempts;
            last_on := v.visited_on;
            last_part := v.part;
            IF attempts = 4 OR v.outcome NOT IN ('not_home', 'no_access') THEN
                after := 'finished';
            END IF;
        END IF;
        IF v.attempt IS DISTINCT FROM number THEN
            UPDATE rounds.visits SET attempt = number WHERE id = v.id;
        END IF;
    END LOOP;
    again := attempts > 0 AND after = 'open';
    UPDATE rounds.doors SET
        state = after,
        due_from = CASE WHEN again THEN last_on + 2 END,
        due_part = CASE WHEN again THEN CASE last_part
            WHEN 'morning' THEN 'afternoon' WHEN 'afternoon' THEN 'evening' WHEN 'evening' THEN 'morning' ELSE due_part
        END END
    WHERE round_id = the_round AND household_id = the_household;
    IF before <> after THEN
        PERFORM pg_notify('rounds_work', h.cell::text || ' ' || h.area_id::text) FROM rounds.households h WHERE h.id = the_household;
    END IF;
END
$$;

-- Of what two phones say of a door the later word holds: by day, then by the turn of
-- the phone, which counts on from what it heard; at the same turn what warns. A note
-- that no longer holds stays as such, so that an older word cannot bring it back.
ALTER TABLE rounds.door_notes
    ADD COLUMN there boolean NOT NULL DEFAULT true,
    ADD COLUMN turn  bigint NOT NULL DEFAULT 0 CHECK (turn >= 0);
DROP FUNCTION rounds.note_door(uuid, rounds.door_note, date, boolean);
-- Without a turn this is the latest word.
CREATE FUNCTION rounds.note_door(the_household uuid, the_note rounds.door_note, the_day date, is_there boolean, the_turn bigint) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    IF the_household NOT IN (SELECT rounds.households_near_visit()) OR the_day NOT BETWEEN rounds.today() - 14 AND rounds.today() THEN
        RETURN false;
    END IF;
    INSERT INTO rounds.door_notes AS n (household_id, note, seen_on, there, turn)
    VALUES (the_household, the_note, the_day, is_there, coalesce(the_turn, 1 + (
        SELECT o.turn FROM rounds.door_notes o WHERE o.household_id = the_household AND o.note = the_note), 1))
    ON CONFLICT (household_id, note) DO UPDATE SET seen_on = EXCLUDED.seen_on, there = EXCLUDED.there, turn = EXCLUDED.turn
    WHERE (EXCLUDED.seen_on, EXCLUDED.turn, EXCLUDED.there) > (n.seen_on, n.turn, n.there);
    RETURN true;
END
$$;
CREATE OR REPLACE FUNCTION rounds.door_notes_held(the_household uuid) RETURNS TABLE (household_id uuid, note text, seen_on date)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
    SELECT n.household_id, n.note::text, n.seen_on
    FROM rounds.place_asked_for(the_household) h JOIN rounds.door_notes n ON n.household_id = h.id AND n.there ORDER BY n.note
$$;

REVOKE EXECUTE ON FUNCTION rounds.last_operation(), rounds.begin_epoch(uuid, bigint), rounds.sweep_operations(timestamptz, integer),
    rounds.note_door(uuid, rounds.door_note, date, boolean, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rounds.last_operation(), rounds.begin_epoch(uuid, bigint), rounds.sweep_operations(timestamptz, integer),
    rounds.note_door(uuid, rounds.door_note, date, boolean, bigint) TO rounds_app;
