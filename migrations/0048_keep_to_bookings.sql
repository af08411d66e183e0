-- What a plan keeps to beside areas and shifts: a round's break and when to come again,
-- public holidays, and what was agreed or decided for single places.

ALTER TABLE rounds.rounds
    ADD COLUMN break_s integer NOT NULL DEFAULT 0,
    ADD COLUMN break_opens time,
    ADD COLUMN break_closes time,
    ADD COLUMN revisit_days smallint NOT NULL DEFAULT 2,
    ADD CONSTRAINT rounds_break CHECK (
        break_s BETWEEN 0 AND 7200 AND (break_s > 0) = (break_opens IS NOT NULL) AND (break_s > 0) = (break_closes IS NOT NULL)
        AND break_opens <= break_closes),
    ADD CONSTRAINT rounds_revisit_days CHECK (revisit_days BETWEEN 1 AND 30);
ALTER TABLE rounds.stops
    ADD COLUMN break_s integer NOT NULL DEFAULT 0,
    ADD CONSTRAINT stops_break_s_check CHECK (break_s >= 0);

-- Nobody visits in an area, nor below it, on these days.
CREATE TABLE rounds.holidays (
    area_id uuid NOT NULL REFERENCES rounds.areas ON DELETE CASCADE,
    day date NOT NULL,
    PRIMARY KEY (area_id, day)
);
ALTER TABLE rounds.holidays ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, DELETE ON rounds.holidays TO rounds_app;
CREATE POLICY read ON rounds.holidays FOR SELECT TO rounds_app USING (
    (SELECT rounds.principal_role()) IN ('service:planning', 'service:operator')
    OR (SELECT rounds.principal_role()) IN ('supervisor', 'worker') AND area_id IN (SELECT rounds.granted_areas()));
CREATE POLICY add ON rounds.holidays FOR INSERT TO rounds_app WITH CHECK (
    (SELECT rounds.principal_role()) = 'supervisor' AND area_id IN (SELECT rounds.granted_areas()));
CREATE POLICY remove ON rounds.holidays FOR DELETE TO rounds_app USING (
    (SELECT rounds.principal_role()) = 'supervisor' AND area_id IN (SELECT rounds.granted_areas()));

-- What the plans of a round keep to for one place: between which days and times it asked
-- to be visited, and to whom it was moved by hand. It goes when the door is finished.
CREATE TABLE rounds.bookings (
    round_id uuid NOT NULL REFERENCES rounds.rounds ON DELETE CASCADE,
    household_id uuid NOT NULL REFERENCES rounds.households ON DELETE CASCADE,
    area_id uuid NOT NULL REFERENCES rounds.areas,
    worker_id uuid REFERENCES rounds.workers ON DELETE CASCADE,
    first_day date,
    last_day date,
    opens time,
    closes time,
    PRIMARY KEY (round_id, household_id),
    CONSTRAINT bookings_check CHECK (
        coalesce(worker_id::text, first_day::text, last_day::text, opens::text) IS NOT NULL
        AND first_day <= last_day AND opens <= closes AND (opens IS NULL) = (closes IS NULL))
);
CREATE INDEX bookings_household_id ON rounds.bookings (household_id);
CREATE INDEX bookings_worker_id ON rounds.bookings (worker_id);
CREATE INDEX bookings_area_id ON rounds.bookings (area_id);
ALTER TABLE rounds.bookings ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON rounds.bookings TO rounds_app;
CREATE POLICY read ON rounds.bookings FOR SELECT TO rounds_app USING (
    (SELECT rounds.principal_role()) = 'service:planning'
    OR (SELECT rounds.principal_role()) = 'supervisor' AND area_id IN (SELECT rounds.granted_areas()) AND round_id IN (SELECT rounds.granted_rounds()));
CREATE POLICY write ON rounds.bookings TO rounds_app USING (
    (SELECT rounds.principal_role()) = 'supervisor' AND area_id IN (SELECT rounds.granted_areas()) AND round_id IN (SELECT rounds.granted_rounds()));

-- A door that was not opened is tried again after as many days as the round says; a
-- finished one keeps no booking.
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
        due_from = CASE WHEN again THEN last_on + (SELECT o.revisit_days FROM rounds.rounds o WHERE o.id = the_round) END,
        due_part = CASE WHEN again THEN CASE last_part
            WHEN 'morning' THEN 'afternoon' WHEN 'afternoon' THEN 'evening' WHEN 'evening' THEN 'morning' ELSE due_part
        END END
    WHERE round_id = the_round AND household_id = the_household;
    IF after = 'finished' THEN
        DELETE FROM rounds.bookings WHERE round_id = the_round AND household_id = the_household;
    END IF;
    IF before <> after THEN
        PERFORM pg_notify('rounds_work', h.cell::text || ' ' || h.area_id::text) FROM rounds.households h WHERE h.id = the_household;
    END IF;
END
$$;

CREATE OR REPLACE FUNCTION rounds.close_round() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    IF OLD.closed_at IS NOT NULL THEN
        RAISE EXCEPTION 'the round is closed' USING ERRCODE = 'check_violation', CONSTRAINT = 'rounds_closed_for_good';
    END IF;
    DELETE FROM rounds.visits WHERE round_id = NEW.id;
    DELETE FROM rounds.bookings WHERE round_id = NEW.id;
    INSERT INTO rounds.doors (round_id, household_id, area_id, state)
    SELECT NEW.id, h.id, h.area_id, 'finished'
    FROM rounds.round_areas a JOIN rounds.households h ON h.area_id = a.area_id WHERE a.round_id = NEW.id
    ON CONFLICT (round_id, household_id) DO UPDATE SET state = 'finished', due_from = NULL, due_part = NULL;
    RETURN NULL;
END
$$;

-- Bookings move with their household to another grid.
CREATE OR REPLACE FUNCTION rounds.move_consents() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    UPDATE rounds.consents SET area_id = NEW.area_id WHERE household_id = NEW.id;
    UPDATE rounds.support_wanted SET area_id = NEW.area_id WHERE household_id = NEW.id;
    UPDATE rounds.pair_visits SET area_id = NEW.area_id WHERE household_id = NEW.id;
    UPDATE rounds.bookings SET area_id = NEW.area_id WHERE household_id = NEW.id;
    RETURN NULL;
END
$$;

-- Who leaves a stop out has the break that came before it before the next one.
CREATE OR REPLACE FUNCTION rounds.leave_out_stop(the_route uuid, the_seq smallint) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, public, pg_temp AS $$
DECLARE
    gone rounds.stops;
    door geometry;
    later record;
    leg integer;
    pause integer;
    metres integer;
    clock time;
BEGIN
    SELECT * INTO gone FROM rounds.stops WHERE route_id = the_route AND seq = the_seq;
    SELECT at INTO door FROM rounds.households WHERE id = gone.household_id;
    DELETE FROM rounds.stops WHERE route_id = the_route AND seq = the_seq;
    UPDATE rounds.stops SET seq = seq - 1 WHERE route_id = the_route AND seq > the_seq;
    clock := (gone.arrive_at - make_interval(secs => gone.travel_s + gone.break_s))::time; -- when the stop before was left
    leg := gone.travel_s;
    pause := gone.break_s;
    metres := gone.distance_m;
    FOR later IN
        SELECT s.*, h.window_opens FROM rounds.stops s JOIN rounds.households h ON h.id = s.household_id
        WHERE s.route_id = the_route AND s.seq >= the_seq ORDER BY s.seq
    LOOP
        UPDATE rounds.stops SET
            travel_s = later.travel_s + leg,
            distance_m = later.distance_m + metres,
            break_s = later.break_s + pause,
            arrive_at = clock + make_interval(secs => later.travel_s + leg + later.break_s + pause),
            start_at = greatest(clock + make_interval(secs => later.travel_s + leg + later.break_s + pause), later.window_opens)
        WHERE route_id = the_route AND seq = later.seq;
        UPDATE rounds.stops SET depart_at = start_at + (later.depart_at - later.start_at)
        WHERE route_id = the_route AND seq = later.seq RETURNING depart_at INTO clock;
        leg := 0;
        pause := 0;
        metres := 0;
    END LOOP;
    UPDATE rounds.routes r SET
        last_travel_s = r.last_travel_s + leg,
        last_distance_m = r.last_distance_m + metres,
        back_at = clock + make_interval(secs => r.last_travel_s + leg),
        service_s = s.service_s,
        wait_s = s.wait_s,
        line = coalesce((
            SELECT ST_MakeLine(p.geom ORDER BY p.path) FROM ST_DumpPoints(r.line) p
            WHERE p.path[1] IN (1, ST_NPoints(r.line)) OR NOT ST_DWithin(p.geom, door, 0.00001)
            HAVING count(*) > 1), r.line)
    FROM (
        SELECT coalesce(sum(extract(epoch FROM depart_at - start_at)), 0)::integer AS service_s,
               coalesce(sum(extract(epoch FROM start_at - arrive_at)), 0)::integer AS wait_s
        FROM rounds.stops WHERE route_id = the_route) s
    WHERE r.id = the_route;
    -- A day without stops has no route.
    DELETE FROM rounds.routes r WHERE r.id = the_route AND NOT EXISTS (SELECT FROM rounds.stops s WHERE s.route_id = r.id);
END
$$;
