-- A sheet that is typed from paper a second time, by another hand or after the page was
-- left, comes with new ids: what is on record already, from there or from the worker's
-- phone, is no further attempt at the door.
CREATE OR REPLACE FUNCTION rounds.type_visit(the_route uuid, the_seq integer, the_visit uuid, the_outcome rounds.outcome, card boolean, the_day date, the_part rounds.day_part)
    RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
DECLARE
    stop record;
    refused text;
BEGIN
    SELECT s.household_id, p.round_id, r.worker_id INTO stop
    FROM rounds.stops s JOIN rounds.routes r ON r.id = s.route_id JOIN rounds.plans p ON p.id = s.plan_id JOIN rounds.rounds o ON o.id = p.round_id
    WHERE s.route_id = the_route AND s.seq = the_seq AND p.state IN ('published', 'superseded')
      AND rounds.principal_role() = 'supervisor' AND s.area_id IN (SELECT rounds.granted_areas())
      AND p.round_id IN (SELECT rounds.granted_rounds()) AND the_day BETWEEN o.starts_on AND rounds.today();
    IF NOT FOUND THEN
        RETURN 'none';
    END IF;
    -- Two who type one sheet take turns.
    PERFORM pg_advisory_xact_lock(hashtextextended(the_route::text, 0));
    IF EXISTS (SELECT FROM rounds.visits v WHERE v.round_id = stop.round_id AND v.household_id = stop.household_id AND v.worker_id = stop.worker_id
            AND v.outcome = the_outcome AND v.visited_on = the_day AND v.part = the_part
            AND NOT EXISTS (SELECT FROM rounds.visit_retractions t WHERE t.visit_id = v.id)) THEN
        RETURN 'recorded';
    END IF;
    INSERT INTO rounds.visits (id, round_id, household_id, worker_id, outcome, left_card, visited_on, part, attempt)
    VALUES (the_visit, stop.round_id, stop.household_id, stop.worker_id, the_outcome, card, the_day, the_part, 1)
    ON CONFLICT DO NOTHING;
    IF NOT FOUND AND NOT EXISTS (SELECT FROM rounds.visits v WHERE v.id = the_visit AND v.round_id = stop.round_id
            AND v.household_id = stop.household_id AND v.worker_id = stop.worker_id AND v.outcome = the_outcome AND v.visited_on = the_day) THEN
        RETURN 'taken';
    END IF;
    RETURN 'recorded';
EXCEPTION WHEN check_violation THEN
    GET STACKED DIAGNOSTICS refused = CONSTRAINT_NAME;
    RETURN CASE refused WHEN 'visits_door_open' THEN 'finished' WHEN 'visits_four_attempts' THEN 'finished' WHEN 'visits_round_open' THEN 'closed' ELSE 'none' END;
END
$$;
