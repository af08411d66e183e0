-- Whatever happens, each household of a round is finished, planned once, or unplanned with
-- a reason: in each plan that waits or is walked, every household of the round's grids is
-- on one stop, or among the unplanned, unless its door was finished when the plan was made.

ALTER TYPE rounds.unplanned_reason ADD VALUE 'not_yet';

-- Gives households that came to open rounds after their plans were made a reason in these.
CREATE FUNCTION rounds.wait_for_plan(places uuid[]) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    -- Plans that become proposed or published at the same time wait, or were waited for.
    PERFORM pg_advisory_xact_lock_shared(hashtextextended('rounds.whole', 0));
    WITH waits AS (
        INSERT INTO rounds.unplanned (plan_id, household_id, area_id, reason)
        SELECT p.id, h.id, h.area_id, 'not_yet'
        FROM rounds.households h JOIN rounds.round_areas a ON a.area_id = h.area_id
            JOIN rounds.rounds r ON r.id = a.round_id AND r.closed_at IS NULL
            JOIN rounds.plans p ON p.round_id = r.id AND p.state IN ('proposed', 'published')
        WHERE h.id = ANY (places)
          AND NOT EXISTS (SELECT FROM rounds.stops s WHERE s.plan_id = p.id AND s.household_id = h.id)
          AND NOT EXISTS (SELECT FROM rounds.doors d WHERE d.round_id = r.id AND d.household_id = h.id AND d.state = 'finished')
        ON CONFLICT DO NOTHING RETURNING plan_id)
    UPDATE rounds.plans p SET households = p.households + w.more
    FROM (SELECT plan_id, count(*) AS more FROM waits GROUP BY plan_id) w WHERE p.id = w.plan_id;
END
$$;
REVOKE EXECUTE ON FUNCTION rounds.wait_for_plan(uuid[]) FROM PUBLIC;

CREATE FUNCTION rounds.household_came() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    PERFORM rounds.wait_for_plan(ARRAY (SELECT c.id FROM came c));
    RETURN NULL;
END
$$;
CREATE FUNCTION rounds.household_moved() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    PERFORM rounds.wait_for_plan(ARRAY[NEW.id]);
    RETURN NULL;
END
$$;
-- A visit was taken back: the door is open again, of which a later plan knew nothing.
CREATE FUNCTION rounds.door_opened() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    PERFORM rounds.wait_for_plan(ARRAY[NEW.household_id]);
    RETURN NULL;
END
$$;
REVOKE EXECUTE ON FUNCTION rounds.household_came(), rounds.household_moved(), rounds.door_opened() FROM PUBLIC;
CREATE TRIGGER households_came AFTER INSERT ON rounds.households
    REFERENCING NEW TABLE AS came FOR EACH STATEMENT EXECUTE FUNCTION rounds.household_came();
CREATE TRIGGER households_wait AFTER UPDATE OF area_id ON rounds.households
    FOR EACH ROW WHEN (OLD.area_id <> NEW.area_id) EXECUTE FUNCTION rounds.household_moved();
CREATE TRIGGER doors_opened AFTER UPDATE OF state ON rounds.doors
    FOR EACH ROW WHEN (OLD.state = 'finished' AND NEW.state = 'open') EXECUTE FUNCTION rounds.door_opened();

-- The open households of a plan's round that the plan has not, or has twice.
CREATE FUNCTION rounds.plan_faults(the_plan uuid) RETURNS TABLE (missing bigint, twice bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
    SELECT count(*) FILTER (WHERE s.household_id IS NULL AND u.household_id IS NULL),
           count(*) FILTER (WHERE s.household_id IS NOT NULL AND u.household_id IS NOT NULL)
    FROM rounds.plans p JOIN rounds.round_areas a ON a.round_id = p.round_id JOIN rounds.households h ON h.area_id = a.area_id
        LEFT JOIN rounds.stops s ON s.plan_id = p.id AND s.household_id = h.id
        LEFT JOIN rounds.unplanned u ON u.plan_id = p.id AND u.household_id = h.id
    WHERE p.id = the_plan AND NOT EXISTS (
        SELECT FROM rounds.doors d WHERE d.round_id = p.round_id AND d.household_id = h.id AND d.state = 'finished')
$$;
REVOKE EXECUTE ON FUNCTION rounds.plan_faults(uuid) FROM PUBLIC;

CREATE FUNCTION rounds.need_whole() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('rounds.whole', 0));
    IF NEW.state = 'proposed' THEN -- what came while it was made
        PERFORM rounds.wait_for_plan(ARRAY (
            SELECT h.id FROM rounds.round_areas a JOIN rounds.households h ON h.area_id = a.area_id
            WHERE a.round_id = NEW.round_id
              AND NOT EXISTS (SELECT FROM rounds.stops s WHERE s.plan_id = NEW.id AND s.household_id = h.id)
              AND NOT EXISTS (SELECT FROM rounds.unplanned u WHERE u.plan_id = NEW.id AND u.household_id = h.id)));
    END IF;
    IF EXISTS (SELECT FROM rounds.plan_faults(NEW.id) f WHERE f.missing > 0 OR f.twice > 0) THEN
        RAISE EXCEPTION 'the plan does not have each household of the round once' USING ERRCODE = 'check_violation', CONSTRAINT = 'plans_whole';
    END IF;
    RETURN NULL;
END
$$;
REVOKE EXECUTE ON FUNCTION rounds.need_whole() FROM PUBLIC;
CREATE TRIGGER plans_whole AFTER UPDATE OF state ON rounds.plans
    FOR EACH ROW WHEN (NEW.state IN ('proposed', 'published') AND OLD.state <> NEW.state) EXECUTE FUNCTION rounds.need_whole();

-- Where each household of a round is, in numbers: finished, planned, late, unplanned with
-- its reason, of no plan while none is published; and, which must be none, missing or twice.
CREATE FUNCTION rounds.account_for(the_round uuid, the_day date) RETURNS TABLE (place text, households bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
    SELECT CASE
            WHEN d.state = 'finished' THEN 'finished'
            WHEN p.id IS NULL THEN 'no_plan'
            WHEN s.household_id IS NOT NULL AND u.household_id IS NOT NULL THEN 'twice'
            WHEN o.day < the_day THEN 'late'
            WHEN s.household_id IS NOT NULL THEN 'planned'
            ELSE coalesce(u.reason::text, 'missing')
        END, count(*)
    FROM rounds.round_areas a JOIN rounds.households h ON h.area_id = a.area_id
        LEFT JOIN rounds.doors d ON d.round_id = a.round_id AND d.household_id = h.id
        LEFT JOIN rounds.plans p ON p.round_id = a.round_id AND p.state = 'published'
        LEFT JOIN rounds.stops s ON s.plan_id = p.id AND s.household_id = h.id
        LEFT JOIN rounds.routes o ON o.id = s.route_id
        LEFT JOIN rounds.unplanned u ON u.plan_id = p.id AND u.household_id = h.id
    WHERE a.round_id = the_round AND rounds.principal_role() IN ('service:planning', 'service:operator')
    GROUP BY 1 ORDER BY 1
$$;
REVOKE EXECUTE ON FUNCTION rounds.account_for(uuid, date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rounds.account_for(uuid, date) TO rounds_app;
