-- Support wanted: services that a household asked for and agreed to have recorded.
-- No row without a valid consent (after ISO/IEC TS 27560); withdrawing takes all of
-- it away at once. Never a condition, a severity or a text.

CREATE TYPE rounds.support_service AS ENUM ('smoke_alarm', 'evacuation_help', 'outage_contact', 'step_free', 'large_print', 'text_or_sign',
    'interpreter', 'home_repair', 'welfare_call', 'forms_help', 'transport', 'mediation');
CREATE TYPE rounds.consent_purpose AS ENUM ('provide_services');
CREATE TYPE rounds.consent_method AS ENUM ('spoken', 'signed');

-- The moment and the date where the installation is, as the one helper that may
-- query has set them for the transaction; the server's own without it.
CREATE FUNCTION rounds.clock() RETURNS timestamptz
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT coalesce(nullif(current_setting('rounds.clock', true), '')::timestamptz, now()) $$;
CREATE FUNCTION rounds.today() RETURNS date
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT coalesce(nullif(left(current_setting('rounds.clock', true), 10), '')::date, current_date) $$;

-- One-off services are done once and then go; the others stand until the consent ends.
CREATE FUNCTION rounds.is_one_off(service rounds.support_service) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT service IN ('smoke_alarm', 'home_repair', 'forms_help', 'mediation') $$;

-- Where the worker goes: from 7 days before to 7 days after the planned visit.
CREATE FUNCTION rounds.households_near_visit() RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
    SELECT s.household_id
    FROM rounds.routes r JOIN rounds.plans p ON p.id = r.plan_id JOIN rounds.stops s ON s.route_id = r.id
    WHERE rounds.principal_role() = 'worker' AND r.worker_id = rounds.principal_worker()
      AND p.state = 'published' AND r.day BETWEEN rounds.today() - 7 AND rounds.today() + 7
      AND p.round_id IN (SELECT rounds.granted_rounds())
$$;

-- contact is one telephone number or e-mail address, sealed with a key that lies
-- outside the database and padded, so that equal ones differ and none tells its
-- length. receipt_hmac is of the code that the resident keeps. Who recorded it is
-- a role and no account: nobody's consents can be counted.
CREATE TABLE rounds.consents (
    id              uuid PRIMARY KEY,
    household_id    uuid NOT NULL REFERENCES rounds.households ON DELETE CASCADE,
    area_id         uuid NOT NULL REFERENCES rounds.areas, -- the household's grid
    purpose         rounds.consent_purpose NOT NULL,
    notice_version  smallint NOT NULL CHECK (notice_version >= 1),
    notice_language rounds.language NOT NULL,
    method          rounds.consent_method NOT NULL,
    recorder        rounds.role NOT NULL,
    given_on        date NOT NULL,
    expires_on      date NOT NULL,
    contact         bytea CHECK (length(contact) = 156),
    receipt_hmac    bytea NOT NULL UNIQUE CHECK (length(receipt_hmac) = 32),
    CONSTRAINT consents_twelve_months CHECK (expires_on > given_on AND expires_on <= given_on + interval '12 months')
);
CREATE INDEX consents_household_id ON rounds.consents (household_id);
CREATE INDEX consents_expires_on ON rounds.consents (expires_on);

-- What the consent covers.
CREATE TABLE rounds.consent_services (
    consent_id uuid NOT NULL REFERENCES rounds.consents ON DELETE CASCADE,
    service    rounds.support_service NOT NULL,
    PRIMARY KEY (consent_id, service)
);

-- A consent that ended: proof that there was one, for 24 months, without a place.
CREATE TABLE rounds.consent_stubs (
    pseudonym bytea PRIMARY KEY CHECK (length(pseudonym) = 32),
    purpose   rounds.consent_purpose NOT NULL,
    given_on  date NOT NULL,
    ended_on  date NOT NULL
);
CREATE INDEX consent_stubs_ended_on ON rounds.consent_stubs (ended_on);

-- What the phones of these workers are to forget.
CREATE TABLE rounds.consent_tombstones (
    worker_id  uuid NOT NULL REFERENCES rounds.workers ON DELETE CASCADE,
    consent_id uuid NOT NULL,
    ended_on   date NOT NULL,
    PRIMARY KEY (worker_id, consent_id)
);

-- household_id, area_id and expires_on are the consent's, kept here by triggers for
-- the policies.
CREATE TABLE rounds.support_wanted (
    consent_id   uuid NOT NULL REFERENCES rounds.consents ON DELETE CASCADE,
    service      rounds.support_service NOT NULL,
    household_id uuid NOT NULL REFERENCES rounds.households ON DELETE CASCADE,
    area_id      uuid NOT NULL REFERENCES rounds.areas,
    expires_on   date NOT NULL,
    done_on      date,
    PRIMARY KEY (consent_id, service),
    CONSTRAINT support_wanted_covered FOREIGN KEY (consent_id, service) REFERENCES rounds.consent_services ON DELETE CASCADE,
    CONSTRAINT support_wanted_one_off CHECK (done_on IS NULL OR rounds.is_one_off(service))
);
CREATE INDEX support_wanted_household_id ON rounds.support_wanted (household_id);
CREATE INDEX support_wanted_area_id ON rounds.support_wanted (area_id);

CREATE FUNCTION rounds.need_consent() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    SELECT c.household_id, c.area_id, c.expires_on INTO NEW.household_id, NEW.area_id, NEW.expires_on
    FROM rounds.consents c WHERE c.id = NEW.consent_id AND c.expires_on >= rounds.today();
    IF NEW.household_id IS NULL THEN
        RAISE EXCEPTION 'support needs a valid consent' USING ERRCODE = 'check_violation', CONSTRAINT = 'support_wanted_consent';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER support_wanted_consent BEFORE INSERT ON rounds.support_wanted FOR EACH ROW EXECUTE FUNCTION rounds.need_consent();

-- A later extract may put a household into another grid: other people's.
CREATE FUNCTION rounds.move_consents() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    UPDATE rounds.consents SET area_id = NEW.area_id WHERE household_id = NEW.id;
    UPDATE rounds.support_wanted SET area_id = NEW.area_id WHERE household_id = NEW.id;
    RETURN NULL;
END
$$;
CREATE TRIGGER households_move_consents AFTER UPDATE OF area_id ON rounds.households
    FOR EACH ROW WHEN (OLD.area_id IS DISTINCT FROM NEW.area_id) EXECUTE FUNCTION rounds.move_consents();

-- Ends a consent: what was agreed, wanted and written down goes, a stub without a
-- place stays, and phones that have it are told.
CREATE FUNCTION rounds.end_consent(the_consent uuid) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    INSERT INTO rounds.consent_tombstones (worker_id, consent_id, ended_on)
    SELECT DISTINCT r.worker_id, c.id, rounds.today()
    FROM rounds.consents c JOIN rounds.stops s ON s.household_id = c.household_id
        JOIN rounds.routes r ON r.id = s.route_id JOIN rounds.plans p ON p.id = r.plan_id
    WHERE c.id = the_consent AND p.state IN ('published', 'superseded') AND r.day BETWEEN rounds.today() - 7 AND rounds.today() + 7;
    INSERT INTO rounds.consent_stubs (pseudonym, purpose, given_on, ended_on)
    SELECT receipt_hmac, purpose, given_on, rounds.today() FROM rounds.consents WHERE id = the_consent
    ON CONFLICT DO NOTHING;
    DELETE FROM rounds.consents WHERE id = the_consent;
END
$$;

-- By the worker who is there, at the resident's wish; false: none that the worker sees.
CREATE FUNCTION rounds.withdraw_consent(the_consent uuid) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    PERFORM FROM rounds.consents c WHERE c.id = the_consent AND c.household_id IN (SELECT rounds.households_near_visit()) FOR UPDATE;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    PERFORM rounds.end_consent(the_consent);
    RETURN true;
END
$$;

-- By a supervisor, who does not see whether there is one and does not learn it here.
CREATE FUNCTION rounds.withdraw_consents_of(the_household uuid) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    IF rounds.principal_role() = 'supervisor' THEN
        PERFORM rounds.end_consent(c.id) FROM rounds.consents c
        WHERE c.household_id = the_household AND c.area_id IN (SELECT rounds.granted_areas());
    END IF;
END
$$;

-- By whoever has the code: when the consent ended, none when no consent has it.
CREATE FUNCTION rounds.withdraw_by_receipt(the_receipt bytea) RETURNS date
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    IF rounds.principal_role() <> 'service:resident' THEN
        RETURN NULL;
    END IF;
    PERFORM rounds.end_consent(c.id) FROM rounds.consents c WHERE c.receipt_hmac = the_receipt;
    RETURN (SELECT s.ended_on FROM rounds.consent_stubs s WHERE s.pseudonym = the_receipt);
END
$$;

-- A one-off service was done: by the worker who is there or the service's owner.
CREATE FUNCTION rounds.finish_support(the_consent uuid, the_service rounds.support_service) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    UPDATE rounds.support_wanted s SET done_on = coalesce(s.done_on, rounds.today())
    WHERE s.consent_id = the_consent AND s.service = the_service AND s.expires_on >= rounds.today()
      AND (s.household_id IN (SELECT rounds.households_near_visit())
        OR (rounds.principal_role() = 'case_handler' AND s.area_id IN (SELECT rounds.granted_areas())));
    RETURN FOUND;
END
$$;

-- The clocks: each deletes at most batch rows that are over at a moment, for the
-- service that sweeps, and says how many.
CREATE FUNCTION rounds.sweep_consents(now timestamptz, batch integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
DECLARE
    gone integer;
BEGIN
    DELETE FROM rounds.consents WHERE rounds.principal_role() = 'service:retention' AND id IN (
        SELECT c.id FROM rounds.consents c WHERE c.expires_on < now::date ORDER BY c.expires_on LIMIT batch);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END
$$;
CREATE FUNCTION rounds.sweep_support(now timestamptz, batch integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
DECLARE
    gone integer;
BEGIN
    DELETE FROM rounds.support_wanted WHERE rounds.principal_role() = 'service:retention' AND (consent_id, service) IN (
        SELECT s.consent_id, s.service FROM rounds.support_wanted s WHERE s.done_on < now::date - 30 LIMIT batch);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END
$$;
CREATE FUNCTION rounds.sweep_consent_stubs(now timestamptz, batch integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
DECLARE
    gone integer;
BEGIN
    DELETE FROM rounds.consent_stubs WHERE rounds.principal_role() = 'service:retention' AND pseudonym IN (
        SELECT s.pseudonym FROM rounds.consent_stubs s WHERE s.ended_on < now::date - interval '24 months' ORDER BY s.ended_on LIMIT batch);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END
$$;
-- A phone keeps three days and may deliver for seven more.
CREATE FUNCTION rounds.sweep_consent_tombstones(now timestamptz, batch integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
DECLARE
    gone integer;
BEGIN
    DELETE FROM rounds.consent_tombstones WHERE rounds.principal_role() = 'service:retention' AND (worker_id, consent_id) IN (
        SELECT t.worker_id, t.consent_id FROM rounds.consent_tombstones t WHERE t.ended_on < now::date - 10 LIMIT batch);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END
$$;

ALTER TABLE rounds.consents ENABLE ROW LEVEL SECURITY;
ALTER TABLE rounds.consents FORCE ROW LEVEL SECURITY;
ALTER TABLE rounds.consent_services ENABLE ROW LEVEL SECURITY;
ALTER TABLE rounds.consent_services FORCE ROW LEVEL SECURITY;
ALTER TABLE rounds.consent_stubs ENABLE ROW LEVEL SECURITY;
ALTER TABLE rounds.consent_stubs FORCE ROW LEVEL SECURITY;
ALTER TABLE rounds.consent_tombstones ENABLE ROW LEVEL SECURITY;
ALTER TABLE rounds.consent_tombstones FORCE ROW LEVEL SECURITY;
ALTER TABLE rounds.support_wanted ENABLE ROW LEVEL SECURITY;
ALTER TABLE rounds.support_wanted FORCE ROW LEVEL SECURITY;
GRANT SELECT ON rounds.consents, rounds.consent_services, rounds.consent_stubs, rounds.consent_tombstones, rounds.support_wanted TO rounds_app;
GRANT INSERT ON rounds.consents, rounds.consent_services TO rounds_app;
GRANT INSERT (consent_id, service) ON rounds.support_wanted TO rounds_app;

CREATE POLICY read ON rounds.support_wanted FOR SELECT TO rounds_app USING (expires_on >= rounds.today() AND (
    ((SELECT rounds.principal_role()) = 'worker' AND household_id IN (SELECT rounds.households_near_visit()))
    OR ((SELECT rounds.principal_role()) = 'case_handler' AND done_on IS NULL AND area_id IN (SELECT rounds.granted_areas()))));
CREATE POLICY read ON rounds.consents FOR SELECT TO rounds_app USING (expires_on >= rounds.today() AND (
    ((SELECT rounds.principal_role()) = 'worker' AND household_id IN (SELECT rounds.households_near_visit()))
    OR ((SELECT rounds.principal_role()) = 'case_handler' AND id IN (SELECT consent_id FROM rounds.support_wanted))));
-- Recorded at the door, one household at a time, within the two weeks in which a
-- phone may deliver.
CREATE POLICY add ON rounds.consents FOR INSERT TO rounds_app WITH CHECK (
    (SELECT rounds.principal_role()) = 'worker' AND recorder = 'worker' AND given_on BETWEEN rounds.today() - 14 AND rounds.today()
    AND household_id IN (SELECT rounds.households_near_visit()));
CREATE POLICY read ON rounds.consent_services FOR SELECT TO rounds_app USING (consent_id IN (SELECT id FROM rounds.consents));
CREATE POLICY add ON rounds.consent_services FOR INSERT TO rounds_app WITH CHECK (
    (SELECT rounds.principal_role()) = 'worker' AND consent_id IN (SELECT id FROM rounds.consents));
CREATE POLICY add ON rounds.support_wanted FOR INSERT TO rounds_app WITH CHECK (
    (SELECT rounds.principal_role()) = 'worker' AND household_id IN (SELECT rounds.households_near_visit()));
CREATE POLICY read ON rounds.consent_tombstones FOR SELECT TO rounds_app USING (
    (SELECT rounds.principal_role()) = 'worker' AND worker_id = (SELECT rounds.principal_worker()));

-- The owner of a service sees where it is wanted, while it is open.
CREATE POLICY support ON rounds.households FOR SELECT TO rounds_app USING (
    (SELECT rounds.principal_role()) = 'case_handler' AND id IN (SELECT household_id FROM rounds.support_wanted));

REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA rounds FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rounds.clock(), rounds.today(), rounds.is_one_off(rounds.support_service), rounds.households_near_visit(),
    rounds.withdraw_consent(uuid), rounds.withdraw_consents_of(uuid), rounds.withdraw_by_receipt(bytea),
    rounds.finish_support(uuid, rounds.support_service), rounds.sweep_consents(timestamptz, integer), rounds.sweep_support(timestamptz, integer),
    rounds.sweep_consent_stubs(timestamptz, integer), rounds.sweep_consent_tombstones(timestamptz, integer) TO rounds_app;
