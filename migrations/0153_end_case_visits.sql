-- A day that is booked for a case goes when the case is over; another day for the same case
-- moves it, and that of another case is not taken. Which booking is a case's nobody reads:
-- these functions alone see it, until the day is over.
CREATE TABLE rounds.case_bookings (
    visit_id     uuid PRIMARY KEY REFERENCES rounds.case_visits ON DELETE CASCADE,
    round_id     uuid NOT NULL,
    household_id uuid NOT NULL,
    FOREIGN KEY (round_id, household_id) REFERENCES rounds.bookings (round_id, household_id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX case_bookings_booking ON rounds.case_bookings (round_id, household_id);
ALTER TABLE rounds.case_bookings ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
GRANT SELECT ON rounds.case_bookings TO rounds_app; -- of no row: there is no policy

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
    -- A visit of the round that is still ahead is moved, with what was agreed on it.
    SELECT v.* INTO before FROM rounds.case_bookings k JOIN rounds.case_visits v ON v.id = k.visit_id
    WHERE k.round_id = found_round AND k.household_id = h.id AND v.visit_on >= rounds.today();
    IF before.case_id <> the_case THEN
        RAISE EXCEPTION 'a day is agreed there' USING ERRCODE = 'check_violation', CONSTRAINT = 'case_visits_booked';
    ELSIF before.agreed AND NOT by_agreement THEN
        RAISE EXCEPTION 'they named a day' USING ERRCODE = 'check_violation', CONSTRAINT = 'case_visits_agreed';
    END IF;
    DELETE FROM rounds.case_visits v WHERE v.id = before.id;
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

-- What is not due any more frees its day, unless somebody changed the booking since: the
-- worker that a supervisor chose stays, and so does another day.
CREATE FUNCTION rounds.free_case_visits() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    DELETE FROM rounds.bookings b USING rounds.case_bookings k JOIN rounds.case_visits v ON v.id = k.visit_id
    WHERE v.case_id = NEW.id AND v.visit_on > rounds.today() AND (b.round_id, b.household_id) = (k.round_id, k.household_id)
        AND b.first_day = v.visit_on AND b.last_day = v.visit_on AND b.worker_id IS NULL;
    DELETE FROM rounds.case_visits v WHERE v.case_id = NEW.id AND v.visit_on > rounds.today();
    RETURN NULL;
END
$$;
CREATE TRIGGER cases_free_visits AFTER UPDATE OF over_on ON rounds.cases FOR EACH ROW
    WHEN (OLD.over_on IS NULL AND NEW.over_on IS NOT NULL) EXECUTE FUNCTION rounds.free_case_visits();

INSERT INTO rounds.retention (class, age, action) VALUES ('case_bookings', '0', 'delete'); -- which booking was a case's, after its day
CREATE FUNCTION rounds.sweep_case_bookings(now timestamptz, batch integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
DECLARE
    gone integer;
BEGIN
    DELETE FROM rounds.case_bookings WHERE visit_id IN (
        SELECT v.id FROM rounds.case_bookings k JOIN rounds.case_visits v ON v.id = k.visit_id
        WHERE v.visit_on < rounds.over_before('case_bookings', now)::date LIMIT batch);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END
$$;

-- Who had a dispute in hand and hands it over within the unit mediates it no longer.
CREATE FUNCTION rounds.relieve_who_hands_over() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    UPDATE rounds.dispute_handlers h SET ended_on = greatest(rounds.today(), h.named_on), ended_by = rounds.principal_account()
    WHERE h.case_id = NEW.id AND h.account_id = OLD.handler_id AND h.ended_on IS NULL;
    RETURN NULL;
END
$$;
CREATE TRIGGER cases_handed_over AFTER UPDATE OF handler_id ON rounds.cases FOR EACH ROW
    WHEN (NEW.dispute AND OLD.handler_id IS NOT NULL AND NEW.handler_id IS DISTINCT FROM OLD.handler_id AND NEW.unit_id IS NOT DISTINCT FROM OLD.unit_id)
    EXECUTE FUNCTION rounds.relieve_who_hands_over();
-- The key of who is relieved goes at once where somebody else has it.
CREATE FUNCTION rounds.forget_relieved_key() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    DELETE FROM sealed.case_keys k WHERE k.case_id = NEW.case_id AND k.account_id = NEW.account_id AND EXISTS (
        SELECT FROM sealed.case_keys o JOIN rounds.dispute_handlers h ON h.case_id = o.case_id AND h.account_id = o.account_id AND h.ended_on IS NULL
        WHERE o.case_id = NEW.case_id AND o.account_id <> NEW.account_id);
    RETURN NULL;
END
$$;
CREATE TRIGGER dispute_handlers_forget_key AFTER UPDATE OF ended_on ON rounds.dispute_handlers FOR EACH ROW
    WHEN (OLD.ended_on IS NULL AND NEW.ended_on IS NOT NULL) EXECUTE FUNCTION rounds.forget_relieved_key();

-- Whether a matter is offered here; what was taken before it was hidden is the same again.
CREATE FUNCTION rounds.is_offered(the_matter text, the_report uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
    SELECT NOT EXISTS (SELECT FROM rounds.matter_choices m WHERE m.matter::text = the_matter AND m.hidden)
        OR EXISTS (SELECT FROM rounds.incidents i WHERE i.id = the_report)
$$;
REVOKE EXECUTE ON FUNCTION rounds.free_case_visits(), rounds.sweep_case_bookings(timestamptz, integer), rounds.relieve_who_hands_over(), rounds.forget_relieved_key(),
    rounds.is_offered(text, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rounds.sweep_case_bookings(timestamptz, integer), rounds.is_offered(text, uuid) TO rounds_app;
