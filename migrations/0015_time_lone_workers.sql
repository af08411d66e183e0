-- A timer that a worker who is alone starts. Only when it lapses does a supervisor see
-- it, and the next planned stop: never where somebody is.

CREATE TABLE rounds.lone_timers (
    account_id uuid PRIMARY KEY REFERENCES rounds.accounts ON DELETE CASCADE,
    worker_id  uuid NOT NULL REFERENCES rounds.workers ON DELETE CASCADE,
    area_id    uuid NOT NULL REFERENCES rounds.areas, -- the worker's
    lapses_at  timestamptz NOT NULL
);

-- The night in which somebody is missing is not the time to forget: half a day.
CREATE FUNCTION rounds.sweep_lone_timers(now timestamptz, batch integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
DECLARE
    gone integer;
BEGIN
    DELETE FROM rounds.lone_timers WHERE rounds.principal_role() = 'service:retention' AND account_id IN (
        SELECT t.account_id FROM rounds.lone_timers t WHERE t.lapses_at < now - (SELECT r.age FROM rounds.retention r WHERE r.class = 'lone_timers') LIMIT batch);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END
$$;

INSERT INTO rounds.retention (class, age, action) VALUES ('lone_timers', '12 hours', 'delete'); -- after they lapsed

ALTER TABLE rounds.lone_timers ENABLE ROW LEVEL SECURITY;
ALTER TABLE rounds.lone_timers FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, DELETE ON rounds.lone_timers TO rounds_app;
GRANT UPDATE (lapses_at) ON rounds.lone_timers TO rounds_app;
CREATE POLICY own ON rounds.lone_timers TO rounds_app
    USING ((SELECT rounds.principal_role()) = 'worker' AND account_id = (SELECT rounds.principal_account()))
    WITH CHECK ((SELECT rounds.principal_role()) = 'worker' AND account_id = (SELECT rounds.principal_account())
        AND worker_id = (SELECT rounds.principal_worker()) AND lapses_at <= rounds.clock() + interval '8 hours');
CREATE POLICY lapsed ON rounds.lone_timers FOR SELECT TO rounds_app USING (
    (SELECT rounds.principal_role()) = 'supervisor' AND lapses_at <= rounds.clock() AND area_id IN (SELECT rounds.granted_areas()));

REVOKE EXECUTE ON FUNCTION rounds.sweep_lone_timers(timestamptz, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rounds.sweep_lone_timers(timestamptz, integer) TO rounds_app;
