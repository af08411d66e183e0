-- Rounds, their plans, and what happened at the door.

CREATE TYPE rounds.emergency AS ENUM ('flood', 'heat', 'cold', 'storm', 'fire', 'quake', 'outage');
CREATE TYPE rounds.travel_mode AS ENUM ('foot', 'bike', 'car');
CREATE TYPE rounds.plan_state AS ENUM ('planning', 'proposed', 'published', 'superseded', 'discarded', 'failed');
CREATE TYPE rounds.unplanned_reason AS ENUM ('unreachable', 'no_feasible_window', 'beyond_horizon', 'too_long');
CREATE TYPE rounds.outcome AS ENUM ('done', 'not_home', 'declined', 'no_access', 'vacant', 'gone');
CREATE TYPE rounds.door_state AS ENUM ('open', 'finished');
CREATE TYPE rounds.day_part AS ENUM ('morning', 'afternoon', 'evening');
CREATE TYPE rounds.plan_stage AS ENUM ('read', 'snap', 'matrix', 'territories', 'routes', 'lines', 'save');
-- Why planning failed: a list, as the text of an error might hold an address.
CREATE TYPE rounds.plan_failure AS ENUM ('interrupted', 'no_streets', 'no_workers', 'no_households', 'too_large', 'internal');
CREATE DOMAIN rounds.round_name AS text CHECK (VALUE ~ '^[^[:cntrl:]]{1,80}$' AND VALUE !~ '[0-9]{9}');

-- Every household of an area once between two dates, for a purpose of the closed list.
CREATE TABLE rounds.rounds (
    id           uuid PRIMARY KEY,
    area_id      uuid NOT NULL REFERENCES rounds.areas,
    purpose      rounds.purpose NOT NULL,
    emergency    rounds.emergency,
    name         rounds.round_name NOT NULL,
    announced_on date NOT NULL,
    starts_on    date NOT NULL,
    ends_on      date NOT NULL,
    visit_s      integer NOT NULL CHECK (visit_s BETWEEN 60 AND 14400),
    mode         rounds.travel_mode NOT NULL DEFAULT 'foot',
    closed_at    timestamptz,
    CHECK (ends_on >= starts_on),
    CONSTRAINT rounds_announced CHECK (emergency IS NOT NULL OR announced_on <= starts_on - 3),
    CONSTRAINT rounds_emergency_length CHECK (emergency IS NULL OR ends_on < starts_on + 14)
);

CREATE INDEX rounds_area_id ON rounds.rounds (area_id);

-- The grids of a round. A grid has one routine round in 60 days, counted from
-- the first day of one to the first day of the next.
CREATE TABLE rounds.round_areas (
    round_id uuid NOT NULL REFERENCES rounds.rounds ON DELETE CASCADE,
    area_id  uuid NOT NULL REFERENCES rounds.areas,
    routine  boolean NOT NULL,
    during   daterange NOT NULL,
    PRIMARY KEY (round_id, area_id),
    CONSTRAINT round_areas_sixty_days EXCLUDE USING gist (area_id WITH =, during WITH &&) WHERE (routine)
);

CREATE FUNCTION rounds.fill_round_areas() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, public, pg_temp AS $$
DECLARE
    places integer;
BEGIN
    -- A place with many doors counts once here: twenty flats in one building are
    -- still one picked building.
    SELECT count(*) INTO places FROM rounds.households h JOIN rounds.area_paths p ON p.area_id = h.area_id
    WHERE p.ancestor_id = NEW.area_id;
    IF places < 20 THEN
        RAISE EXCEPTION 'a round needs an area of at least 20 dwellings' USING ERRCODE = 'check_violation', CONSTRAINT = 'rounds_twenty_dwellings';
    END IF;
    INSERT INTO rounds.round_areas (round_id, area_id, routine, during)
    SELECT NEW.id, a.id, NEW.emergency IS NULL, daterange(NEW.starts_on, greatest(NEW.ends_on + 1, NEW.starts_on + 60))
    FROM rounds.areas a JOIN rounds.area_paths p ON p.area_id = a.id
    WHERE p.ancestor_id = NEW.area_id AND a.level = 'grid';
    RETURN NULL;
END
$$;
CREATE TRIGGER rounds_fill_areas AFTER INSERT ON rounds.rounds FOR EACH ROW EXECUTE FUNCTION rounds.fill_round_areas();

-- A closed round stays closed. Its outcomes go, and every door of it, reached or
-- not, is finished for good.
CREATE FUNCTION rounds.close_round() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    IF OLD.closed_at IS NOT NULL THEN
        RAISE EXCEPTION 'the round is closed' USING ERRCODE = 'check_violation', CONSTRAINT = 'rounds_closed_for_good';
    END IF;
    DELETE FROM rounds.visits WHERE round_id = NEW.id;
    INSERT INTO rounds.doors (round_id, household_id, area_id, state)
    SELECT NEW.id, h.id, h.area_id, 'finished'
    FROM rounds.round_areas a JOIN rounds.households h ON h.area_id = a.area_id WHERE a.round_id = NEW.id
    ON CONFLICT (round_id, household_id) DO UPDATE SET state = 'finished', due_from = NULL, due_part = NULL;
    RETURN NULL;
END
$$;
CREATE TRIGGER rounds_close AFTER UPDATE OF closed_at ON rounds.rounds FOR EACH ROW EXECUTE FUNCTION rounds.close_round();

-- A round's routes as proposed, published or superseded: versioned, never edited.
CREATE TABLE rounds.plans (
    id             uuid PRIMARY KEY,
    round_id       uuid NOT NULL REFERENCES rounds.rounds ON DELETE CASCADE,
    version        integer NOT NULL CHECK (version >= 1),
    state          rounds.plan_state NOT NULL DEFAULT 'planning',
    seed           bigint NOT NULL,
    created_at     timestamptz NOT NULL DEFAULT now(),
    published_at   timestamptz,
    stage          rounds.plan_stage,
    stage_done     integer NOT NULL DEFAULT 0,
    stage_total    integer NOT NULL DEFAULT 0,
    failure        rounds.plan_failure,
    households     integer NOT NULL DEFAULT 0,
    planned        integer NOT NULL DEFAULT 0,
    travel_s       bigint NOT NULL DEFAULT 0,
    distance_m     bigint NOT NULL DEFAULT 0,
    UNIQUE (round_id, version),
    CHECK ((state = 'failed') = (failure IS NOT NULL))
);
CREATE UNIQUE INDEX plans_one_published ON rounds.plans (round_id) WHERE state = 'published';
-- Two plans of a round are not made at once.
CREATE UNIQUE INDEX plans_one_planning ON rounds.plans (round_id) WHERE state = 'planning';

-- The workers that a plan is made for, whether or not they get a route.
CREATE TABLE rounds.plan_workers (
    plan_id   uuid NOT NULL REFERENCES rounds.plans ON DELETE CASCADE,
    worker_id uuid NOT NULL REFERENCES rounds.workers ON DELETE CASCADE,
    PRIMARY KEY (plan_id, worker_id)
);
CREATE INDEX plan_workers_worker_id ON rounds.plan_workers (worker_id);

CREATE TABLE rounds.routes (
    id              uuid PRIMARY KEY,
    plan_id         uuid NOT NULL REFERENCES rounds.plans ON DELETE CASCADE,
    worker_id       uuid NOT NULL REFERENCES rounds.workers,
    area_id         uuid NOT NULL REFERENCES rounds.areas, -- the worker's
    day             date NOT NULL,
    leave_at        time NOT NULL,
    back_at         time NOT NULL,
    travel_s        integer NOT NULL,
    service_s       integer NOT NULL,
    wait_s          integer NOT NULL,
    distance_m      integer NOT NULL,
    last_travel_s   integer NOT NULL,
    last_distance_m integer NOT NULL,
    line            geometry(LineString, 4326) NOT NULL,
    UNIQUE (plan_id, worker_id, day)
);
CREATE INDEX routes_worker_day ON rounds.routes (worker_id, day);

CREATE TABLE rounds.stops (
    route_id     uuid NOT NULL REFERENCES rounds.routes ON DELETE CASCADE,
    plan_id      uuid NOT NULL REFERENCES rounds.plans ON DELETE CASCADE,
    seq          smallint NOT NULL CHECK (seq >= 1),
    household_id uuid NOT NULL REFERENCES rounds.households ON DELETE CASCADE,
    area_id      uuid NOT NULL REFERENCES rounds.areas, -- the household's grid
    doors        smallint NOT NULL,
    arrive_at    time NOT NULL,
    start_at     time NOT NULL,
    depart_at    time NOT NULL,
    travel_s     integer NOT NULL,
    distance_m   integer NOT NULL,
    PRIMARY KEY (route_id, seq) DEFERRABLE INITIALLY IMMEDIATE -- renumbered when a place refuses
);
-- Each household of the round is planned once.
CREATE UNIQUE INDEX stops_household_once ON rounds.stops (plan_id, household_id);
CREATE INDEX stops_household_id ON rounds.stops (household_id);

CREATE TABLE rounds.unplanned (
    plan_id      uuid NOT NULL REFERENCES rounds.plans ON DELETE CASCADE,
    household_id uuid NOT NULL REFERENCES rounds.households ON DELETE CASCADE,
    area_id      uuid NOT NULL REFERENCES rounds.areas, -- the household's grid
    reason       rounds.unplanned_reason NOT NULL,
    PRIMARY KEY (plan_id, household_id)
);
CREATE INDEX unplanned_household_id ON rounds.unplanned (household_id);

-- What happened at the door: appended, never changed while the round is open, and
-- gone when it closes. No time of day is kept. id is the client's.
CREATE TABLE rounds.visits (
    id           uuid PRIMARY KEY,
    round_id     uuid NOT NULL REFERENCES rounds.rounds ON DELETE CASCADE,
    household_id uuid NOT NULL REFERENCES rounds.households ON DELETE CASCADE,
    worker_id    uuid NOT NULL REFERENCES rounds.workers,
    outcome      rounds.outcome NOT NULL,
    left_card    boolean NOT NULL DEFAULT false,
    visited_on   date NOT NULL,
    part         rounds.day_part NOT NULL,
    attempt      smallint NOT NULL CONSTRAINT visits_four_attempts CHECK (attempt BETWEEN 1 AND 4)
);
CREATE INDEX visits_round_household ON rounds.visits (round_id, household_id);
CREATE INDEX visits_household_id ON rounds.visits (household_id);
CREATE INDEX visits_worker ON rounds.visits (worker_id, visited_on);

-- An undone visit, appended too.
CREATE TABLE rounds.visit_retractions (
    visit_id uuid PRIMARY KEY REFERENCES rounds.visits ON DELETE CASCADE
);

-- What everybody but the door's own worker may know: open or finished. A door
-- without a row is open. An open one with a row was tried before, so such rows,
-- which say when it is due again, are for the planner and the assigned worker.
CREATE TABLE rounds.doors (
    round_id     uuid NOT NULL REFERENCES rounds.rounds ON DELETE CASCADE,
    household_id uuid NOT NULL REFERENCES rounds.households ON DELETE CASCADE,
    area_id      uuid NOT NULL REFERENCES rounds.areas, -- the household's grid
    state        rounds.door_state NOT NULL,
    due_from     date,
    due_part     rounds.day_part,
    PRIMARY KEY (round_id, household_id),
    CHECK (state = 'open' OR (due_from IS NULL AND due_part IS NULL))
);
CREATE INDEX doors_household_id ON rounds.doors (household_id);

-- Not home, or nobody let the worker in: come back two days later in another part
-- of the day, four attempts at most. Maps hear of a door only when its state
-- changes: more would tell that somebody was not home.
CREATE FUNCTION rounds.settle_door(the_round uuid, the_household uuid) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
DECLARE
    last rounds.visits;
    attempts integer;
    again boolean;
    before rounds.door_state;
    after rounds.door_state;
BEGIN
    SELECT v.* INTO last FROM rounds.visits v
    WHERE v.round_id = the_round AND v.household_id = the_household
      AND NOT EXISTS (SELECT FROM rounds.visit_retractions r WHERE r.visit_id = v.id)
    ORDER BY v.visited_on DESC, v.attempt DESC, v.part DESC, v.id LIMIT 1;
    SELECT count(*) INTO attempts FROM rounds.visits v
    WHERE v.round_id = the_round AND v.household_id = the_household
      AND NOT EXISTS (SELECT FROM rounds.visit_retractions r WHERE r.visit_id = v.id);
    again := attempts > 0 AND attempts < 4 AND last.outcome IN ('not_home', 'no_access');
    after := CASE WHEN attempts = 0 OR again THEN 'open' ELSE 'finished' END;
    SELECT d.state INTO before FROM rounds.doors d WHERE d.round_id = the_round AND d.household_id = the_household FOR UPDATE;
    UPDATE rounds.doors SET
        state = after,
        due_from = CASE WHEN again THEN last.visited_on + 2 END,
        due_part = CASE WHEN again THEN CASE last.part WHEN 'morning' THEN 'afternoon' WHEN 'afternoon' THEN 'evening' ELSE 'morning' END::rounds.day_part END
    WHERE round_id = the_round AND household_id = the_household;
    IF before <> after THEN
        PERFORM pg_notify('rounds_work', h.cell::text || ' ' || h.area_id::text) FROM rounds.households h WHERE h.id = the_household;
    END IF;
END
$$;

CREATE FUNCTION rounds.number_visit() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
DECLARE
    state rounds.door_state;
BEGIN
    -- A phone that sends a visit again meets the primary key, not these rules.
    IF EXISTS (SELECT FROM rounds.visits v WHERE v.id = NEW.id) THEN
        NEW.attempt := 1;
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
    IF state = 'finished' THEN
        RAISE EXCEPTION 'the door is finished in this round' USING ERRCODE = 'check_violation', CONSTRAINT = 'visits_door_open';
    END IF;
    SELECT count(*) + 1 INTO NEW.attempt FROM rounds.visits v
    WHERE v.round_id = NEW.round_id AND v.household_id = NEW.household_id
      AND NOT EXISTS (SELECT FROM rounds.visit_retractions r WHERE r.visit_id = v.id);
    RETURN NEW;
END
$$;
CREATE TRIGGER visits_number BEFORE INSERT ON rounds.visits FOR EACH ROW EXECUTE FUNCTION rounds.number_visit();

CREATE FUNCTION rounds.visit_recorded() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    PERFORM rounds.settle_door(NEW.round_id, NEW.household_id);
    RETURN NULL;
END
$$;
CREATE TRIGGER visits_recorded AFTER INSERT ON rounds.visits FOR EACH ROW EXECUTE FUNCTION rounds.visit_recorded();

CREATE FUNCTION rounds.visit_retracted() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    PERFORM rounds.settle_door(v.round_id, v.household_id) FROM rounds.visits v WHERE v.id = NEW.visit_id;
    RETURN NULL;
END
$$;
CREATE TRIGGER visit_retractions_retracted AFTER INSERT ON rounds.visit_retractions FOR EACH ROW EXECUTE FUNCTION rounds.visit_retracted();
