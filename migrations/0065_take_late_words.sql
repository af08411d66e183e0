-- What was recorded without a connection comes when its household may have gone to
-- another worker: who recorded it was entitled then. It is taken, and nothing is shown
-- to whoever is not sent there any more.

-- Households near whose visit the worker was at some moment of the two weeks in which
-- phones deliver; one that has heard of no new plan holds the old one for three days.
CREATE FUNCTION rounds.households_lately_near_visit() RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    RETURN QUERY SELECT s.household_id
        FROM rounds.routes r JOIN rounds.plans p ON p.id = r.plan_id JOIN rounds.stops s ON s.route_id = r.id
        WHERE rounds.principal_role() = 'worker' AND r.worker_id = (SELECT rounds.principal_worker())
          AND p.state IN ('published', 'superseded') AND r.day BETWEEN rounds.today() - 21 AND rounds.today() + 7
          AND p.round_id IN (SELECT rounds.granted_rounds())
          AND NOT EXISTS (SELECT FROM rounds.plans n WHERE n.round_id = p.round_id AND n.version > p.version
              AND n.published_at < rounds.clock() - interval '17 days');
END
$$;

CREATE OR REPLACE FUNCTION rounds.note_door(the_household uuid, the_note rounds.door_note, the_day date, is_there boolean, the_turn bigint) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    IF the_household NOT IN (SELECT rounds.households_lately_near_visit()) OR the_day NOT BETWEEN rounds.today() - 14 AND rounds.today() THEN
        RETURN false;
    END IF;
    INSERT INTO rounds.door_notes AS n (household_id, note, seen_on, there, turn)
    VALUES (the_household, the_note, the_day, is_there, coalesce(the_turn, 1 + (
        SELECT o.turn FROM rounds.door_notes o WHERE o.household_id = the_household AND o.note = the_note), 1))
    ON CONFLICT (household_id, note) DO UPDATE SET seen_on = EXCLUDED.seen_on, there = EXCLUDED.there, turn = EXCLUDED.turn
    WHERE (EXCLUDED.seen_on, EXCLUDED.turn, EXCLUDED.there) > (n.seen_on, n.turn, n.there);
    RETURN true;
END
$$;

CREATE OR REPLACE FUNCTION rounds.withdraw_consent(the_consent uuid) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    PERFORM FROM rounds.consents c WHERE c.id = the_consent AND c.household_id IN (SELECT rounds.households_lately_near_visit()) FOR UPDATE;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    PERFORM rounds.end_consent(the_consent);
    RETURN true;
END
$$;

CREATE OR REPLACE FUNCTION rounds.finish_support(the_consent uuid, the_service rounds.support_service) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    UPDATE rounds.support_wanted s SET done_on = coalesce(s.done_on, rounds.today())
    WHERE s.consent_id = the_consent AND s.service = the_service AND s.expires_on >= rounds.today()
      AND (s.household_id IN (SELECT rounds.households_lately_near_visit())
        OR (rounds.principal_role() = 'case_handler' AND s.area_id IN (SELECT rounds.granted_areas())));
    RETURN FOUND;
END
$$;

-- A consent with what it covers, at a household that went to another worker meanwhile;
-- false: none of those either. The triggers of the tables hold as for every other.
CREATE FUNCTION rounds.take_late_consent(the_id uuid, the_household uuid, the_purpose rounds.consent_purpose, the_version smallint,
    the_language rounds.language, the_method rounds.consent_method, the_day date, the_end date, the_contact bytea, the_receipt bytea, the_services text[]) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    IF the_household NOT IN (SELECT rounds.households_lately_near_visit()) OR the_day NOT BETWEEN rounds.today() - 14 AND rounds.today() THEN
        RETURN false;
    END IF;
    INSERT INTO rounds.consents (id, household_id, area_id, purpose, notice_version, notice_language, method, recorder, given_on, expires_on, contact, receipt_hmac)
    SELECT the_id, h.id, h.area_id, the_purpose, the_version, the_language, the_method, 'worker', the_day, the_end, the_contact, the_receipt
    FROM rounds.households h WHERE h.id = the_household;
    INSERT INTO rounds.consent_services (consent_id, service) SELECT the_id, unnest(the_services)::rounds.support_service;
    INSERT INTO rounds.support_wanted (consent_id, service) SELECT the_id, unnest(the_services)::rounds.support_service;
    RETURN true;
END
$$;

REVOKE EXECUTE ON FUNCTION rounds.households_lately_near_visit(),
    rounds.take_late_consent(uuid, uuid, rounds.consent_purpose, smallint, rounds.language, rounds.consent_method, date, date, bytea, bytea, text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION
    rounds.take_late_consent(uuid, uuid, rounds.consent_purpose, smallint, rounds.language, rounds.consent_method, date, date, bytea, bytea, text[]) TO rounds_app;
