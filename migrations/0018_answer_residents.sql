-- What residents ask for: what is held of their place, or that it goes; and a ledger
-- of what went, so that a backup from before cannot bring it back.

-- Digests of what was erased, never what it was: HMACs of a place as rounds.refusals
-- has them, or of the code of a consent. The same lines stand in the file erasures.log
-- of the data folder, which a restored backup meets.
CREATE TYPE rounds.erased_class AS ENUM ('place', 'consent');
CREATE TABLE rounds.erasures (
    number    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    class     rounds.erased_class NOT NULL,
    digest    bytea NOT NULL CHECK (length(digest) = 32),
    erased_on date NOT NULL
);
CREATE UNIQUE INDEX erasures_digest ON rounds.erasures (digest);

CREATE FUNCTION rounds.enter_refusal() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    -- The ledger is copied under this lock, alone, so that no number is missed.
    PERFORM pg_advisory_xact_lock_shared(125823037105155); -- "rounds" and 3
    INSERT INTO rounds.erasures (class, digest, erased_on) VALUES ('place', NEW.address_hmac, rounds.today()) ON CONFLICT DO NOTHING;
    RETURN NULL;
END
$$;
CREATE TRIGGER refusals_enter AFTER INSERT ON rounds.refusals FOR EACH ROW EXECUTE FUNCTION rounds.enter_refusal();
CREATE FUNCTION rounds.enter_withdrawal() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(125823037105155);
    INSERT INTO rounds.erasures (class, digest, erased_on) VALUES ('consent', NEW.pseudonym, NEW.ended_on) ON CONFLICT DO NOTHING;
    RETURN NULL;
END
$$;
CREATE TRIGGER consent_stubs_enter AFTER INSERT ON rounds.consent_stubs FOR EACH ROW EXECUTE FUNCTION rounds.enter_withdrawal();
INSERT INTO rounds.erasures (class, digest, erased_on) SELECT 'place', address_hmac, current_date FROM rounds.refusals;
INSERT INTO rounds.erasures (class, digest, erased_on) SELECT 'consent', pseudonym, ended_on FROM rounds.consent_stubs;

-- After a restore: consents that were withdrawn since end again.
CREATE FUNCTION rounds.end_consents_again(codes bytea[]) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
DECLARE
    ended integer;
BEGIN
    IF rounds.principal_role() <> 'service:retention' THEN
        RETURN 0;
    END IF;
    SELECT count(rounds.end_consent(c.id)) INTO ended FROM rounds.consents c WHERE c.receipt_hmac = ANY (codes);
    RETURN ended;
END
$$;

-- A request that was answered: no place, no name. receipt is of the code that the
-- resident takes home.
CREATE TYPE rounds.request_kind AS ENUM ('access', 'erasure');
CREATE TYPE rounds.identity_check AS ENUM ('in_person', 'code_posted');
CREATE TABLE rounds.resident_requests (
    id          uuid PRIMARY KEY,
    area_id     uuid NOT NULL REFERENCES rounds.areas,
    kind        rounds.request_kind NOT NULL,
    checked     rounds.identity_check NOT NULL,
    answered_on date NOT NULL,
    receipt     bytea NOT NULL CHECK (length(receipt) = 32)
);
CREATE INDEX resident_requests_answered_on ON rounds.resident_requests (answered_on);

INSERT INTO rounds.retention (class, age, action) VALUES ('requests', '24 months', 'delete');
CREATE FUNCTION rounds.sweep_requests(now timestamptz, batch integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
DECLARE
    gone integer;
BEGIN
    DELETE FROM rounds.resident_requests WHERE id IN (
        SELECT r.id FROM rounds.resident_requests r WHERE r.answered_on < rounds.over_before('requests', now)::date LIMIT batch);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END
$$;

-- The officer sees no place but through these, one at a time, at a resident's request.
CREATE FUNCTION rounds.officer_holds(the_area uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
    SELECT rounds.principal_role() = 'dpo' AND the_area IN (SELECT rounds.granted_areas())
$$;
-- The places whose address has all the words, ten at most; what is shorter than a
-- street and a number finds none.
CREATE FUNCTION rounds.places_at(words text[]) RETURNS SETOF rounds.households
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
    SELECT h.* FROM rounds.households h
    WHERE rounds.principal_role() = 'dpo' AND length(array_to_string(words, '')) >= 4 AND h.area_id IN (SELECT rounds.granted_areas())
      AND NOT EXISTS (SELECT FROM unnest(words) word WHERE position(word IN lower(concat_ws(' ', h.street, h.house_number, h.unit, h.postcode, h.place))) = 0)
    ORDER BY h.street, h.house_number, h.unit, h.id LIMIT 10
$$;
CREATE FUNCTION rounds.place_asked_for(the_household uuid) RETURNS SETOF rounds.households
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
    SELECT h.* FROM rounds.households h WHERE h.id = the_household AND rounds.officer_holds(h.area_id)
$$;
-- When the place was to be visited, in which round, and whether its door is finished.
-- The outcome is its visitor's alone, and goes when the round closes.
CREATE FUNCTION rounds.visits_planned(the_household uuid)
    RETURNS TABLE (round_name text, purpose text, day date, state text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
    SELECT o.name::text, o.purpose::text, r.day, coalesce(d.state, 'open')::text
    FROM rounds.place_asked_for(the_household) h JOIN rounds.stops s ON s.household_id = h.id
        JOIN rounds.routes r ON r.id = s.route_id JOIN rounds.plans p ON p.id = s.plan_id JOIN rounds.rounds o ON o.id = p.round_id
        LEFT JOIN rounds.doors d ON d.round_id = o.id AND d.household_id = h.id AND d.state = 'finished'
    WHERE p.state = 'published' ORDER BY r.day, o.id
$$;
CREATE FUNCTION rounds.erase_place(the_household uuid, hmacs bytea[]) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, public, pg_temp AS $$
DECLARE
    role text := rounds.principal_role();
    done boolean;
BEGIN
    IF NOT EXISTS (SELECT FROM rounds.place_asked_for(the_household)) THEN
        RETURN false;
    END IF;
    -- What was given with consent goes as by withdrawal, so that phones forget it.
    PERFORM rounds.end_consent(c.id) FROM rounds.consents c WHERE c.household_id = the_household;
    PERFORM set_config('rounds.role', 'service:operator', true);
    done := rounds.refuse_visits(the_household, hmacs);
    PERFORM set_config('rounds.role', role, true);
    RETURN done;
END
$$;

DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['erasures', 'resident_requests'] LOOP
        EXECUTE format('ALTER TABLE rounds.%I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('ALTER TABLE rounds.%I FORCE ROW LEVEL SECURITY', t);
    END LOOP;
END
$$;
GRANT SELECT ON rounds.erasures, rounds.resident_requests TO rounds_app;
GRANT INSERT ON rounds.resident_requests TO rounds_app;
CREATE POLICY read ON rounds.erasures FOR SELECT TO rounds_app USING ((SELECT rounds.principal_role()) = 'service:retention');
CREATE POLICY read ON rounds.resident_requests FOR SELECT TO rounds_app USING (
    (SELECT rounds.principal_role()) = 'dpo' AND area_id IN (SELECT rounds.granted_areas()));
CREATE POLICY add ON rounds.resident_requests FOR INSERT TO rounds_app WITH CHECK (
    (SELECT rounds.principal_role()) = 'dpo' AND area_id IN (SELECT rounds.granted_areas()));
REVOKE EXECUTE ON FUNCTION rounds.enter_refusal(), rounds.enter_withdrawal(), rounds.end_consents_again(bytea[]), rounds.sweep_requests(timestamptz, integer),
    rounds.officer_holds(uuid), rounds.places_at(text[]), rounds.place_asked_for(uuid), rounds.visits_planned(uuid), rounds.erase_place(uuid, bytea[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rounds.end_consents_again(bytea[]), rounds.sweep_requests(timestamptz, integer),
    rounds.places_at(text[]), rounds.place_asked_for(uuid), rounds.visits_planned(uuid), rounds.erase_place(uuid, bytea[]) TO rounds_app;
