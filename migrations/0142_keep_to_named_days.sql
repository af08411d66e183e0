-- A visit that nobody agreed to takes the place of no day or hours that the household named.
CREATE OR REPLACE FUNCTION rounds.ask_case_visit(the_id uuid, the_case uuid, the_street text, the_number text, the_unit text, the_day date, from_time time, until_time time, by_agreement boolean)
    RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
DECLARE
    c rounds.cases;
    h rounds.households;
    found_round uuid;
    many integer;
BEGIN
    SELECT * INTO c FROM rounds.cases k WHERE k.id = the_case AND k.incident_id IS NOT NULL FOR UPDATE;
    IF NOT FOUND OR NOT rounds.deals_with(the_case) THEN
        RAISE EXCEPTION 'no such case' USING ERRCODE = 'check_violation', CONSTRAINT = 'cases_none';
    END IF;
    IF EXISTS (SELECT FROM rounds.case_visits v WHERE v.id = the_id) THEN
        IF NOT EXISTS (SELECT FROM rounds.case_visits v WHERE v.id = the_id AND v.case_id = the_case AND v.visit_on = the_day) THEN
            RAISE EXCEPTION 'the id is taken' USING ERRCODE = 'check_violation', CONSTRAINT = 'case_steps_taken';
        END IF;
        RETURN false;
    END IF;
    IF c.over_on IS NOT NULL THEN
        RAISE EXCEPTION 'the case is over' USING ERRCODE = 'check_violation', CONSTRAINT = 'cases_move';
    END IF;
    IF NOT by_agreement AND NOT EXISTS (SELECT FROM rounds.incidents i WHERE i.id = c.incident_id AND i.kind = 'hazard' AND i.in_home) THEN
        RAISE EXCEPTION 'only to a hazard inside a home one goes unasked' USING ERRCODE = 'check_violation', CONSTRAINT = 'case_visits_agreed';
    END IF;
    SELECT count(*) INTO many FROM rounds.case_visits v WHERE v.case_id = the_case;
    IF many >= 3 THEN
        RAISE EXCEPTION 'three visits were asked for' USING ERRCODE = 'check_violation', CONSTRAINT = 'case_visits_three';
    END IF;
    BEGIN
        SELECT p.* INTO STRICT h FROM rounds.households p
        WHERE p.area_id IN (SELECT rounds.granted_areas()) AND lower(p.street::text) = lower(the_street) AND lower(p.house_number::text) = lower(the_number)
            AND (the_unit IS NULL OR lower(p.unit::text) = lower(the_unit));
    EXCEPTION
        WHEN no_data_found OR too_many_rows THEN
            RAISE EXCEPTION 'no such place' USING ERRCODE = 'check_violation', CONSTRAINT = 'case_visits_place';
    END;
    SELECT r.id INTO found_round FROM rounds.rounds r JOIN rounds.round_areas a ON a.round_id = r.id AND a.area_id = h.area_id
    WHERE r.closed_at IS NULL AND the_day > rounds.today() AND the_day BETWEEN r.starts_on AND r.ends_on
        AND NOT EXISTS (SELECT FROM rounds.doors d WHERE d.round_id = r.id AND d.household_id = h.id AND d.state = 'finished')
    ORDER BY r.starts_on, r.id LIMIT 1;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no round goes there on that day' USING ERRCODE = 'check_violation', CONSTRAINT = 'case_visits_round';
    END IF;
    INSERT INTO rounds.case_visits (id, case_id, seq, visit_on, agreed) VALUES (the_id, the_case, many + 1, the_day, by_agreement);
    INSERT INTO rounds.bookings AS b (round_id, household_id, area_id, first_day, last_day, opens, closes)
    VALUES (found_round, h.id, h.area_id, the_day, the_day, from_time, until_time)
    ON CONFLICT (round_id, household_id) DO UPDATE SET (first_day, last_day, opens, closes) = (EXCLUDED.first_day, EXCLUDED.last_day, EXCLUDED.opens, EXCLUDED.closes)
        WHERE by_agreement OR coalesce(b.first_day::text, b.last_day::text, b.opens::text) IS NULL OR b.last_day < rounds.today();
    IF NOT FOUND THEN
        RAISE EXCEPTION 'they named a day' USING ERRCODE = 'check_violation', CONSTRAINT = 'case_visits_agreed';
    END IF;
    RETURN true;
END
$$;
