-- A visit of a case counts from the morning of its day, when it may have been made: one that
-- was moved on that day and made anew each time would come more often than three times, and
-- unasked more often than once.
CREATE OR REPLACE FUNCTION rounds.ask_case_visit(the_id uuid, the_case uuid, the_street text, the_number text, the_unit text, the_day date, from_time time, until_time time, by_agreement boolean)
    RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
DECLARE
    c rounds.cases;
    h rounds.households;
    found_round uuid;
    before rounds.case_visits;
    free smallint;
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
    -- Two cases ask for one place one after the other.
    PERFORM pg_advisory_xact_lock(hashtextextended(h.id::text, 153));
    SELECT v.* INTO before FROM rounds.case_bookings k JOIN rounds.case_visits v ON v.id = k.visit_id
    WHERE k.round_id = found_round AND k.household_id = h.id AND v.visit_on >= rounds.today();
    IF before.case_id <> the_case THEN
        RAISE EXCEPTION 'a day is agreed there' USING ERRCODE = 'check_violation', CONSTRAINT = 'case_visits_booked';
    ELSIF before.agreed AND NOT by_agreement THEN
        RAISE EXCEPTION 'they named a day' USING ERRCODE = 'check_violation', CONSTRAINT = 'case_visits_agreed';
    END IF;
    -- A visit of the round that is still ahead is moved, with what was agreed on it; that of
    -- today may have been, and counts.
    DELETE FROM rounds.case_visits v WHERE v.id = before.id AND v.visit_on > rounds.today();
    SELECT min(n) INTO free FROM generate_series(1, 3) n WHERE NOT EXISTS (SELECT FROM rounds.case_visits v WHERE v.case_id = the_case AND v.seq = n);
    IF free IS NULL THEN
        RAISE EXCEPTION 'three visits were asked for' USING ERRCODE = 'check_violation', CONSTRAINT = 'case_visits_three';
    END IF;
    INSERT INTO rounds.case_visits (id, case_id, seq, visit_on, agreed) VALUES (the_id, the_case, free, the_day, by_agreement);
    INSERT INTO rounds.bookings AS b (round_id, household_id, area_id, first_day, last_day, opens, closes)
    VALUES (found_round, h.id, h.area_id, the_day, the_day, from_time, until_time)
    ON CONFLICT (round_id, household_id) DO UPDATE SET (first_day, last_day, opens, closes) = (EXCLUDED.first_day, EXCLUDED.last_day, EXCLUDED.opens, EXCLUDED.closes)
        WHERE by_agreement OR before.id IS NOT NULL OR coalesce(b.first_day::text, b.last_day::text, b.opens::text) IS NULL OR b.last_day < rounds.today();
    IF NOT FOUND THEN
        RAISE EXCEPTION 'they named a day' USING ERRCODE = 'check_violation', CONSTRAINT = 'case_visits_agreed';
    END IF;
    INSERT INTO rounds.case_bookings (visit_id, round_id, household_id) VALUES (the_id, found_round, h.id)
    ON CONFLICT (round_id, household_id) DO UPDATE SET visit_id = EXCLUDED.visit_id;
    RETURN true;
END
$$;
