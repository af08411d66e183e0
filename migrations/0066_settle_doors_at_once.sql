-- A phone sends the visits of a day in one statement: their doors are settled together,
-- by the same rule as before, in place of one after the other.

-- A door follows from the set of its visits, whatever the order in which they came: by
-- day, part of the day and id, until one finishes it or the fourth was in vain. Visits
-- after that have no number. Maps hear of a door only when its state changes: more
-- would tell that somebody was not home.
CREATE FUNCTION rounds.settle_doors(the_rounds uuid[], the_households uuid[]) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
DECLARE
    told bigint;
BEGIN
    PERFORM FROM rounds.doors d JOIN unnest(the_rounds, the_households) t (round_id, household_id) USING (round_id, household_id)
        ORDER BY d.household_id, d.round_id FOR UPDATE OF d;
    WITH touched AS MATERIALIZED (
        SELECT DISTINCT round_id, household_id FROM unnest(the_rounds, the_households) t (round_id, household_id)
    ), made AS MATERIALIZED (
        SELECT v.id, v.round_id, v.household_id, v.outcome, v.visited_on, v.part, v.attempt, r.visit_id IS NOT NULL AS taken_back
        FROM touched t JOIN rounds.visits v USING (round_id, household_id) LEFT JOIN rounds.visit_retractions r ON r.visit_id = v.id
    ), counted AS (
        SELECT *, row_number() OVER (PARTITION BY round_id, household_id ORDER BY visited_on, part, id) AS n FROM made WHERE NOT taken_back
    ), ended AS MATERIALIZED (
        SELECT *, min(n) FILTER (WHERE n = 4 OR outcome NOT IN ('not_home', 'no_access')) OVER (PARTITION BY round_id, household_id) AS ends,
            count(*) OVER (PARTITION BY round_id, household_id) AS visits
        FROM counted
    ), numbered AS (
        UPDATE rounds.visits v SET attempt = w.number
        FROM (SELECT m.id, m.attempt, CASE WHEN e.n <= coalesce(e.ends, e.n) THEN e.n END AS number FROM made m LEFT JOIN ended e USING (id)) w
        WHERE v.id = w.id AND w.attempt IS DISTINCT FROM w.number
    ), settled AS (
        UPDATE rounds.doors d SET
            state = CASE WHEN s.ends IS NULL THEN 'open' ELSE 'finished' END::rounds.door_state,
            due_from = CASE WHEN s.again THEN s.visited_on + o.revisit_days END,
            due_part = CASE WHEN s.again THEN CASE s.part
                WHEN 'morning' THEN 'afternoon' WHEN 'afternoon' THEN 'evening' WHEN 'evening' THEN 'morning' ELSE d.due_part
            END END
        FROM (SELECT t.round_id, t.household_id, e.ends, e.visited_on, e.part, e.id IS NOT NULL AND e.ends IS NULL AS again, b.state AS before
              FROM touched t JOIN rounds.doors b USING (round_id, household_id)
                  LEFT JOIN ended e ON e.round_id = t.round_id AND e.household_id = t.household_id AND e.n = coalesce(e.ends, e.visits)) s
            JOIN rounds.rounds o ON o.id = s.round_id
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

DROP TRIGGER visits_recorded ON rounds.visits;
CREATE OR REPLACE FUNCTION rounds.visit_recorded() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    PERFORM rounds.settle_doors(array_agg(r.round_id), array_agg(r.household_id)) FROM recorded r HAVING count(*) > 0;
    RETURN NULL;
END
$$;
CREATE TRIGGER visits_recorded AFTER INSERT ON rounds.visits REFERENCING NEW TABLE AS recorded
    FOR EACH STATEMENT EXECUTE FUNCTION rounds.visit_recorded();
CREATE OR REPLACE FUNCTION rounds.visit_retracted() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    PERFORM rounds.settle_doors(ARRAY[v.round_id], ARRAY[v.household_id]) FROM rounds.visits v WHERE v.id = NEW.visit_id;
    RETURN NULL;
END
$$;
DROP FUNCTION rounds.settle_door(uuid, uuid);
REVOKE EXECUTE ON FUNCTION rounds.settle_doors(uuid[], uuid[]) FROM PUBLIC;

-- Whether a plan sent the worker to a household; whether a grant holds is asked apart,
-- once for all visits of a statement.
CREATE FUNCTION rounds.was_sent(the_round uuid, the_household uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    RETURN rounds.principal_role() = 'worker' AND EXISTS (
        SELECT FROM rounds.stops s JOIN rounds.routes r ON r.id = s.route_id JOIN rounds.plans p ON p.id = s.plan_id
        WHERE s.household_id = the_household AND p.round_id = the_round AND p.state IN ('published', 'superseded')
          AND r.worker_id = (SELECT rounds.principal_worker()));
END
$$;
CREATE OR REPLACE FUNCTION rounds.is_assigned(the_round uuid, the_household uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
    SELECT the_round IN (SELECT rounds.granted_rounds()) AND rounds.was_sent(the_round, the_household)
$$;
ALTER POLICY add ON rounds.visits WITH CHECK (
    (SELECT rounds.principal_role()) = 'worker' AND worker_id = (SELECT rounds.principal_worker())
    AND round_id IN (SELECT rounds.granted_rounds()) AND rounds.was_sent(round_id, household_id));
REVOKE EXECUTE ON FUNCTION rounds.was_sent(uuid, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rounds.was_sent(uuid, uuid) TO rounds_app;
