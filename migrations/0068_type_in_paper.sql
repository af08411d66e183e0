-- A worker's day goes out on paper, and what was written there comes back by the hands
-- of whoever holds the area.
ALTER TYPE rounds.export_format ADD VALUE 'pdf';

-- Appends the visit that the worker of a route made at one of its stops. The answer is
-- recorded (also when it was before), finished (nobody was to go there any more), closed
-- (the round is), taken (the id is another visit's) or none (no such stop of a plan that
-- was walked, for who asks, on such a day). Nothing of other visits is told.
CREATE FUNCTION rounds.type_visit(the_route uuid, the_seq integer, the_visit uuid, the_outcome rounds.outcome, card boolean, the_day date, the_part rounds.day_part)
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
REVOKE ALL ON FUNCTION rounds.type_visit FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rounds.type_visit TO rounds_app;
