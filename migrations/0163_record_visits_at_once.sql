-- What each visit of a statement did in turn before it was written (is its round open, has
-- its door a row, whose turn is it there) is done once for all of them afterwards: a phone
-- sends the visits of a day in one.

DROP TRIGGER visits_number ON rounds.visits;
DROP FUNCTION rounds.number_visit();

-- A door follows from the set of its visits, whatever the order in which they came: by
-- day, part of the day and id, until one finishes it or the fourth was in vain. Visits
-- after that have no number. Maps hear of a door only when its state changes: more
-- would tell that somebody was not home.
--
-- A connection keeps the plan that it made when the round had hardly any doors, so each
-- table is joined by its key alone: by the round and then each door of it, or by reading
-- all, is as quick then, and takes minutes of a processor later.
CREATE OR REPLACE FUNCTION rounds.settle_doors(the_rounds uuid[], the_households uuid[]) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp
    SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    told bigint;
BEGIN
    PERFORM FROM rounds.doors d JOIN unnest(the_rounds, the_households) t (round_id, household_id) USING (round_id, household_id)
        ORDER BY d.household_id, d.round_id FOR UPDATE OF d;
    WITH touched AS MATERIALIZED (
        SELECT d.round_id, d.household_id, d.state AS before, (SELECT o.revisit_days FROM rounds.rounds o WHERE o.id = d.round_id) AS days
        FROM (SELECT DISTINCT round_id, household_id FROM unnest(the_rounds, the_households) t (round_id, household_id)) t
            JOIN rounds.doors d USING (round_id, household_id)
    ), made AS MATERIALIZED (
        SELECT t.*, v.id, v.outcome, v.visited_on, v.part, v.attempt, v.id IS NOT NULL AND r.visit_id IS NULL AS counts
        FROM touched t LEFT JOIN rounds.visits v USING (round_id, household_id) LEFT JOIN rounds.visit_retractions r ON r.visit_id = v.id
    ), counted AS (
        SELECT *, CASE WHEN counts THEN row_number() OVER (PARTITION BY round_id, household_id, counts ORDER BY visited_on, part, id) END AS n FROM made
    ), ended AS MATERIALIZED (
        SELECT *, count(n) OVER door AS visits,
            min(n) FILTER (WHERE n = 4 OR outcome NOT IN ('not_home', 'no_access')) OVER door AS ends
        FROM counted WINDOW door AS (PARTITION BY round_id, household_id)
    ), numbered AS (
        UPDATE rounds.visits v SET attempt = e.number
        FROM (SELECT id, attempt, CASE WHEN n <= coalesce(ends, n) THEN n END AS number FROM ended) e
        WHERE v.id = e.id AND e.attempt IS DISTINCT FROM e.number
    ), settled AS (
        UPDATE rounds.doors d SET
            state = CASE WHEN s.finished THEN 'finished' ELSE 'open' END::rounds.door_state,
            due_from = CASE WHEN NOT s.finished THEN s.last_on + s.days END,
            due_part = CASE WHEN NOT s.finished AND s.last_on IS NOT NULL THEN CASE s.last_part
                WHEN 'morning' THEN 'afternoon' WHEN 'afternoon' THEN 'evening' WHEN 'evening' THEN 'morning' ELSE d.due_part
            END END
        FROM (SELECT round_id, household_id, min(before) AS before, min(days) AS days, bool_or(ends IS NOT NULL) AS finished,
                  max(visited_on) FILTER (WHERE n = visits) AS last_on, max(part) FILTER (WHERE n = visits) AS last_part
              FROM ended GROUP BY round_id, household_id) s
        WHERE d.round_id = s.round_id AND d.household_id = s.household_id
        RETURNING d.round_id, d.household_id, d.state, s.before
    ), unbooked AS (
        DELETE FROM rounds.bookings b USING settled s
        WHERE s.state = 'finished' AND b.round_id = s.round_id AND b.household_id = s.household_id
    )
    SELECT count(pg_notify('rounds_work', h.cell::text || ' ' || h.area_id::text)) INTO told
    FROM settled s JOIN rounds.households h ON h.id = s.household_id WHERE s.before <> s.state;
END
$$;

-- A visit that comes without a number happened, also at a door that is finished; one that
-- asks for a number needs an open door.
CREATE OR REPLACE FUNCTION rounds.visit_recorded() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp
    SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
    IF EXISTS (SELECT FROM rounds.rounds o WHERE o.closed_at IS NOT NULL AND o.id IN (SELECT r.round_id FROM recorded r)) THEN
        RAISE EXCEPTION 'the round is closed' USING ERRCODE = 'check_violation', CONSTRAINT = 'visits_round_open';
    END IF;
    -- Two visits to one door at once take turns here: each door is made, or locked when it
    -- is there, in one order for all.
    INSERT INTO rounds.doors (round_id, household_id, area_id, state)
    SELECT DISTINCT r.round_id, h.id, h.area_id, 'open'::rounds.door_state FROM recorded r JOIN rounds.households h ON h.id = r.household_id
    ORDER BY h.id, r.round_id ON CONFLICT (round_id, household_id) DO UPDATE SET state = excluded.state WHERE false;
    IF EXISTS (SELECT FROM rounds.doors d JOIN recorded r USING (round_id, household_id) WHERE r.attempt IS NOT NULL AND d.state = 'finished') THEN
        RAISE EXCEPTION 'the door is finished in this round' USING ERRCODE = 'check_violation', CONSTRAINT = 'visits_door_open';
    END IF;
    PERFORM rounds.settle_doors(array_agg(r.round_id), array_agg(r.household_id)) FROM recorded r HAVING count(*) > 0;
    RETURN NULL;
END
$$;

-- Asked once for each visit, so without a function within.
CREATE OR REPLACE FUNCTION rounds.was_sent(the_round uuid, the_household uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    RETURN rounds.principal_role() = 'worker' AND EXISTS (
        SELECT FROM rounds.stops s JOIN rounds.routes r ON r.id = s.route_id JOIN rounds.plans p ON p.id = s.plan_id
            JOIN rounds.workers w ON w.id = r.worker_id
        WHERE s.household_id = the_household AND p.round_id = the_round AND p.state IN ('published', 'superseded')
          AND w.account_id = rounds.principal_account());
END
$$;
