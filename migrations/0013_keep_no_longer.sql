-- How long what is kept: a clock for each class of data, and a function for each
-- that deletes what is over. The application reads the clocks and cannot set them;
-- a new class is a row here, a function rounds.sweep_<class> and a line in
-- geo/register/retention/classes.go.

CREATE DOMAIN rounds.retention_class AS text CHECK (VALUE ~ '^[a-z][a-z_]{2,39}$');
CREATE TYPE rounds.retention_action AS ENUM ('delete', 'forget', 'close');
CREATE TABLE rounds.retention (
    class  rounds.retention_class PRIMARY KEY,
    age    interval NOT NULL CHECK (age >= interval '0'),
    action rounds.retention_action NOT NULL
);
INSERT INTO rounds.retention (class, age, action) VALUES
    ('visit_times', '72 hours', 'forget'), -- the part of the day, after the day of a visit
    ('outcomes', '30 days', 'close'),      -- a round that nobody closed, after its last day
    ('rounds', '24 months', 'delete'),     -- with plans, stops and the doors it finished, after it closed
    ('incidents', '12 months', 'delete'),  -- after they were closed
    ('sessions', '1 day', 'delete'),       -- after they were over
    ('exports', '24 hours', 'delete'),     -- the record of a file, after it was asked for
    ('imports', '24 months', 'delete'),    -- digest and numbers of a file that came in
    ('consents', '0', 'delete'),           -- with all that is wanted, after the last day
    ('support', '30 days', 'delete'),      -- a service that is done once, after it was done
    ('consent_stubs', '24 months', 'delete'), -- the proof that there was a consent, after it ended
    ('consent_tombstones', '10 days', 'delete'), -- what phones are to forget
    ('reads', '24 months', 'delete');      -- the audit log, by whole seals, which stay

-- When a class was last gone through to its end, and how many rows went.
CREATE TABLE rounds.sweeps (
    class    rounds.retention_class PRIMARY KEY REFERENCES rounds.retention,
    swept_at timestamptz NOT NULL,
    gone     bigint NOT NULL CHECK (gone >= 0)
);

-- The moment before which a class is over. now comes from the caller, for tests of
-- the past; it can never be ahead of the database's clock, so that nobody can make
-- what is fresh look old.
CREATE FUNCTION rounds.over_before(the_class text, now timestamptz) RETURNS timestamptz
    LANGUAGE plpgsql STABLE SET search_path = rounds, pg_temp AS $$
BEGIN
    IF rounds.principal_role() <> 'service:retention' THEN
        RAISE EXCEPTION 'only the retention job deletes what is over' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN least(now, clock_timestamp()) - (SELECT r.age FROM rounds.retention r WHERE r.class = the_class);
END
$$;

-- Each goes through some rows, about batch of them, and gives their number: 0 says
-- that nothing is over any more.
ALTER TABLE rounds.visits ALTER COLUMN part DROP NOT NULL;
CREATE FUNCTION rounds.sweep_visit_times(now timestamptz, batch integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
DECLARE
    gone integer;
BEGIN
    UPDATE rounds.visits SET part = NULL WHERE id IN (
        SELECT v.id FROM rounds.visits v
        WHERE v.part IS NOT NULL AND v.visited_on < rounds.over_before('visit_times', now)::date LIMIT batch);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END
$$;

CREATE FUNCTION rounds.sweep_outcomes(now timestamptz, batch integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
DECLARE
    gone integer;
BEGIN
    -- One at a time: its trigger deletes all outcomes of a round.
    UPDATE rounds.rounds SET closed_at = least(now, clock_timestamp()) WHERE id = (
        SELECT r.id FROM rounds.rounds r
        WHERE r.closed_at IS NULL AND r.ends_on < rounds.over_before('outcomes', now)::date LIMIT 1);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END
$$;

CREATE FUNCTION rounds.sweep_rounds(now timestamptz, batch integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
DECLARE
    old uuid := (SELECT r.id FROM rounds.rounds r WHERE r.closed_at < rounds.over_before('rounds', now) LIMIT 1);
    gone integer;
BEGIN
    -- The many rows first, in batches; what is left goes with the round.
    DELETE FROM rounds.stops WHERE ctid IN (
        SELECT s.ctid FROM rounds.stops s JOIN rounds.plans p ON p.id = s.plan_id WHERE p.round_id = old LIMIT batch);
    GET DIAGNOSTICS gone = ROW_COUNT;
    IF gone > 0 THEN
        RETURN gone;
    END IF;
    DELETE FROM rounds.doors WHERE ctid IN (SELECT d.ctid FROM rounds.doors d WHERE d.round_id = old LIMIT batch);
    GET DIAGNOSTICS gone = ROW_COUNT;
    IF gone > 0 THEN
        RETURN gone;
    END IF;
    DELETE FROM rounds.rounds WHERE id = old;
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END
$$;

CREATE FUNCTION rounds.sweep_incidents(now timestamptz, batch integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
DECLARE
    gone integer;
BEGIN
    DELETE FROM rounds.incidents WHERE id IN (
        SELECT i.id FROM rounds.incidents i WHERE i.closed_on < rounds.over_before('incidents', now)::date LIMIT batch);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END
$$;

CREATE FUNCTION rounds.sweep_sessions(now timestamptz, batch integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
DECLARE
    gone integer;
BEGIN
    DELETE FROM rounds.sessions WHERE token_hash IN (
        SELECT s.token_hash FROM rounds.sessions s WHERE s.expires_at < rounds.over_before('sessions', now) LIMIT batch);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END
$$;

CREATE FUNCTION rounds.sweep_exports(now timestamptz, batch integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
DECLARE
    gone integer;
BEGIN
    DELETE FROM rounds.exports WHERE id IN (
        SELECT e.id FROM rounds.exports e WHERE e.requested_at < rounds.over_before('exports', now) LIMIT batch);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END
$$;

CREATE FUNCTION rounds.sweep_imports(now timestamptz, batch integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
DECLARE
    gone integer;
BEGIN
    DELETE FROM rounds.imports WHERE id IN (
        SELECT i.id FROM rounds.imports i WHERE i.imported_at < rounds.over_before('imports', now) LIMIT batch);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END
$$;

-- What a seal covers goes as a whole, the oldest first, when its youngest row is
-- over; the seal stays, so that the chain can still be checked.
CREATE FUNCTION rounds.sweep_reads(now timestamptz, batch integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
DECLARE
    upto bigint;
    gone integer;
BEGIN
    SELECT s.last_id INTO upto FROM rounds.read_seals s
    WHERE s.last_id >= (SELECT min(id) FROM rounds.reads) AND s.sealed_at < rounds.over_before('reads', now)
    ORDER BY s.last_id LIMIT 1;
    DELETE FROM rounds.reads WHERE id <= upto;
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END
$$;

-- A door that is tried again keeps the part of the day that it is due in when the
-- part of the visit before has been forgotten.
CREATE OR REPLACE FUNCTION rounds.settle_door(the_round uuid, the_household uuid) RETURNS void
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
        due_part = CASE WHEN again THEN CASE last.part
            WHEN 'morning' THEN 'afternoon' WHEN 'afternoon' THEN 'evening' WHEN 'evening' THEN 'morning' ELSE due_part
        END END
    WHERE round_id = the_round AND household_id = the_household;
    IF before <> after THEN
        PERFORM pg_notify('rounds_work', h.cell::text || ' ' || h.area_id::text) FROM rounds.households h WHERE h.id = the_household;
    END IF;
END
$$;

ALTER TABLE rounds.retention ENABLE ROW LEVEL SECURITY;
ALTER TABLE rounds.retention FORCE ROW LEVEL SECURITY;
ALTER TABLE rounds.sweeps ENABLE ROW LEVEL SECURITY;
ALTER TABLE rounds.sweeps FORCE ROW LEVEL SECURITY;
GRANT SELECT ON rounds.retention, rounds.sweeps TO rounds_app;
GRANT INSERT, UPDATE ON rounds.sweeps TO rounds_app;
-- The clocks are nobody's secret.
CREATE POLICY read ON rounds.retention FOR SELECT TO rounds_app USING (true);
CREATE POLICY read ON rounds.sweeps FOR SELECT TO rounds_app USING (
    (SELECT rounds.principal_role()) IN ('dpo', 'service:operator', 'service:retention'));
CREATE POLICY write ON rounds.sweeps TO rounds_app
    USING ((SELECT rounds.principal_role()) = 'service:retention') WITH CHECK ((SELECT rounds.principal_role()) = 'service:retention');

DO $$
DECLARE
    sweep regprocedure;
BEGIN
    FOR sweep IN SELECT p.oid FROM pg_proc p WHERE p.pronamespace = 'rounds'::regnamespace AND p.proname LIKE 'sweep\_%' LOOP
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', sweep);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO rounds_app', sweep);
    END LOOP;
END
$$;
REVOKE EXECUTE ON FUNCTION rounds.over_before(text, timestamptz) FROM PUBLIC;
