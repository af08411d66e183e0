-- Rounds, their plans, and what happened at the door.

CREATE TYPE rounds.emergency AS ENUM ('flood', 'heat', 'cold', 'storm', 'fire', 'quake', 'outage');
CREATE TYPE rounds.travel_mode AS ENUM ('foot', 'bike', 'car');
CREATE TYPE rounds.plan_state AS ENUM ('planning', 'proposed', 'published', 'superseded', 'discarded', 'failed');
CREATE TYPE rounds.unplanned_reason AS ENUM ('unreachable', 'no_feasible_window', 'beyond_horizon', 'too_long');
CREATE TYPE rounds.outcome AS ENUM ('done', 'not_home', 'declined', 'no_access', 'vacant', 'gone');
CREATE TYPE rounds.door_state AS ENUM ('open', 'finished');
CREATE TYPE rounds.day_part AS ENUM ('morning', 'afternoon', 'evening');

-- Every household of an area once between two dates, for a purpose of the closed list.
CREATE TABLE rounds.rounds (
    id           uuid PRIMARY KEY,
    area_id      uuid NOT NULL REFERENCES rounds.areas,
    purpose      rounds.purpose NOT NULL,
    emergency    rounds.emergency,
    name         text NOT NULL CHECK (length(name) BETWEEN 1 AND 80),
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
    dwellings integer;
BEGIN
    SELECT count(*) INTO dwellings FROM rounds.households h JOIN rounds.area_paths p ON p.area_id = h.area_id
    WHERE p.ancestor_id = NEW.area_id;
    IF dwellings < 20 THEN
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

-- A round's routes as proposed, published or superseded: versioned, never edited.
CREATE TABLE rounds.plans (
    id             uuid PRIMARY KEY,
    round_id       uuid NOT NULL REFERENCES rounds.rounds ON DELETE CASCADE,
    version        integer NOT NULL CHECK (version >= 1),
    state          rounds.plan_state NOT NULL DEFAULT 'planning',
    seed           bigint NOT NULL,
    created_at     timestamptz NOT NULL DEFAULT now(),
    published_at   timestamptz,
    stage          text CHECK (stage IN ('read', 'snap', 'matrix', 'territories', 'routes', 'lines', 'save')),
    stage_done     integer NOT NULL DEFAULT 0,
    stage_total    integer NOT NULL DEFAULT 0,
    failure        text CHECK (length(failure) <= 300),
    households     integer NOT NULL DEFAULT 0,
    planned        integer NOT NULL DEFAULT 0,
    travel_s       bigint NOT NULL DEFAULT 0,
    distance_m     bigint NOT NULL DEFAULT 0,
    UNIQUE (round_id, version)
);
CREATE UNIQUE INDEX plans_one_published ON rounds.plans (round_id) WHERE state = 'published';

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
    PRIMARY KEY (route_id, seq)
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

-- What happened at the door: appended, never changed while the round is open.
-- recorded_at, the time of day, lives 72 hours. id is the client's.
CREATE TABLE rounds.visits (
    id           uuid PRIMARY KEY,
    round_id     uuid NOT NULL REFERENCES rounds.rounds ON DELETE CASCADE,
    household_id uuid NOT NULL REFERENCES rounds.households ON DELETE CASCADE,
    worker_id    uuid NOT NULL REFERENCES rounds.workers,
    outcome      rounds.outcome NOT NULL,
    left_card    boolean NOT NULL DEFAULT false,
    visited_on   date NOT NULL,
    part         rounds.day_part NOT NULL,
    attempt      smallint NOT NULL CONSTRAINT visits_four_attempts CHECK (attempt BETWEEN 1 AND 4),
    recorded_at  timestamptz DEFAULT now()
);
CREATE INDEX visits_round_household ON rounds.visits (round_id, household_id);
CREATE INDEX visits_worker ON rounds.visits (worker_id, visited_on);

-- An undone visit, appended too.
CREATE TABLE rounds.visit_retractions (
    visit_id uuid PRIMARY KEY REFERENCES rounds.visits ON DELETE CASCADE
);

-- What everybody but the door's own worker may know: open or finished, and for
-- the planner when it is due again. No row: open, nobody came yet.
CREATE TABLE rounds.doors (
    round_id     uuid NOT NULL REFERENCES rounds.rounds ON DELETE CASCADE,
    household_id uuid NOT NULL REFERENCES rounds.households ON DELETE CASCADE,
    area_id      uuid NOT NULL REFERENCES rounds.areas, -- the household's grid
    state        rounds.door_state NOT NULL,
    due_from     date,
    due_part     rounds.day_part,
    PRIMARY KEY (round_id, household_id)
);
CREATE INDEX doors_household_id ON rounds.doors (household_id);

-- Not home, or nobody let the worker in: come back two days later in another part
-- of the day, four attempts at most.
CREATE FUNCTION rounds.settle_door(the_round uuid, the_household uuid) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
DECLARE
    last rounds.visits;
    again boolean;
BEGIN
    SELECT v.* INTO last FROM rounds.visits v
    WHERE v.round_id = the_round AND v.household_id = the_household
      AND NOT EXISTS (SELECT FROM rounds.visit_retractions r WHERE r.visit_id = v.id)
    ORDER BY v.attempt DESC LIMIT 1;
    again := last.outcome IN ('not_home', 'no_access') AND last.attempt < 4;
    UPDATE rounds.doors SET
        state = CASE WHEN last.id IS NULL OR again THEN 'open' ELSE 'finished' END::rounds.door_state,
        due_from = CASE WHEN again THEN last.visited_on + 2 END,
        due_part = CASE WHEN again THEN CASE last.part WHEN 'morning' THEN 'afternoon' WHEN 'afternoon' THEN 'evening' ELSE 'morning' END::rounds.day_part END
    WHERE round_id = the_round AND household_id = the_household;
END
$$;

CREATE FUNCTION rounds.number_visit() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
DECLARE
    state rounds.door_state;
BEGIN
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
    PERFORM pg_notify('rounds_work', h.cell::text || ' ' || h.area_id::text) FROM rounds.households h WHERE h.id = NEW.household_id;
    RETURN NULL;
END
$$;
CREATE TRIGGER visits_recorded AFTER INSERT ON rounds.visits FOR EACH ROW EXECUTE FUNCTION rounds.visit_recorded();

CREATE FUNCTION rounds.visit_retracted() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
DECLARE
    v rounds.visits;
BEGIN
    SELECT * INTO v FROM rounds.visits WHERE id = NEW.visit_id;
    PERFORM rounds.settle_door(v.round_id, v.household_id);
    PERFORM pg_notify('rounds_work', h.cell::text || ' ' || h.area_id::text) FROM rounds.households h WHERE h.id = v.household_id;
    RETURN NULL;
END
$$;
CREATE TRIGGER visit_retractions_retracted AFTER INSERT ON rounds.visit_retractions FOR EACH ROW EXECUTE FUNCTION rounds.visit_retracted();
