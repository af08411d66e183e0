-- Matters with the branch of an office that deals with them; disputes that a party asked to
-- have mediated, which have no point; a short text; two reports of one thing.

INSERT INTO rounds.matters (code, kind, due_days) VALUES
    ('damaged_bridge', 'hazard', 7),
    ('open_pit', 'hazard', 1),
    ('damaged_power_pole', 'hazard', 1),
    ('damaged_roof', 'hazard', 7),
    ('lift_unsafe', 'hazard', 2),
    ('blocked_flue', 'hazard', 1),
    ('burning_waste', 'hazard', 1),
    ('damaged_riverbank', 'hazard', 7),
    ('pest_control', 'service', 14),
    ('dead_animal', 'service', 2),
    ('water_quality_test', 'service', 14),
    ('forms_wanted', 'service', 7),
    ('neighbours', 'dispute', 30),
    ('boundary', 'dispute', 30),
    ('noise', 'dispute', 30),
    ('smoke_and_smell', 'dispute', 30),
    ('family_property', 'dispute', 30),
    ('wages', 'dispute', 30),
    ('consumer', 'dispute', 30),
    ('tenancy', 'dispute', 30),
    ('shared_parts', 'dispute', 30),
    ('building_work', 'dispute', 30),
    ('water_use', 'dispute', 30),
    ('land_use', 'dispute', 30),
    ('trees_and_animals', 'dispute', 30),
    ('property_damage', 'dispute', 30),
    ('parking_and_access', 'dispute', 30)
;
ALTER TABLE rounds.matters ADD COLUMN branch rounds.branch;
-- The shipped list, the same as geo/lists.json (tested).
UPDATE rounds.matters m SET branch = u.branch::rounds.branch FROM (VALUES
    ('blocked_escape_route', 'fire_safety'),
    ('stored_flammables', 'fire_safety'),
    ('charging_in_stairwell', 'fire_safety'),
    ('fire_hydrant_blocked', 'fire_safety'),
    ('burning_waste', 'fire_safety'),
    ('blocked_flue', 'fire_safety'),
    ('gas_smell', 'utilities'),
    ('exposed_wiring', 'utilities'),
    ('damaged_power_pole', 'utilities'),
    ('water_supply', 'utilities'),
    ('power_supply', 'utilities'),
    ('heating_supply', 'utilities'),
    ('sewer', 'utilities'),
    ('contaminated_water', 'utilities'),
    ('water_quality_test', 'utilities'),
    ('damaged_stairs', 'buildings'),
    ('missing_handrail', 'buildings'),
    ('loose_facade', 'buildings'),
    ('unstable_wall', 'buildings'),
    ('damaged_roof', 'buildings'),
    ('lift_unsafe', 'buildings'),
    ('unlit_path', 'roads'),
    ('road_damage', 'roads'),
    ('pavement_damage', 'roads'),
    ('missing_manhole_cover', 'roads'),
    ('damaged_bridge', 'roads'),
    ('open_pit', 'roads'),
    ('icy_path', 'roads'),
    ('street_light_out', 'roads'),
    ('bus_shelter', 'roads'),
    ('public_bench', 'roads'),
    ('public_ramp', 'roads'),
    ('sign_missing', 'roads'),
    ('footpath_clearing', 'roads'),
    ('snow_clearing', 'roads'),
    ('parking_obstruction', 'roads'),
    ('fallen_tree', 'environment'),
    ('leaning_tree', 'environment'),
    ('blocked_drain', 'environment'),
    ('unsafe_playground', 'environment'),
    ('dumped_waste', 'environment'),
    ('street_cleaning', 'environment'),
    ('waste_collection', 'environment'),
    ('public_toilet', 'environment'),
    ('green_space_care', 'environment'),
    ('pest_control', 'environment'),
    ('dead_animal', 'environment'),
    ('rockfall', 'emergencies'),
    ('landslip', 'emergencies'),
    ('flooding', 'emergencies'),
    ('damaged_riverbank', 'emergencies'),
    ('letterbox_damaged', 'one_stop_office'),
    ('information_leaflet', 'one_stop_office'),
    ('forms_wanted', 'one_stop_office')
) u (code, branch) WHERE m.code = u.code;
UPDATE rounds.matters SET branch = 'mediation_committee' WHERE kind = 'dispute';
ALTER TABLE rounds.matters ALTER COLUMN branch SET NOT NULL;

-- What an installation chose: to offer a matter no more, or other days. It adds,
-- renames and translates none.
CREATE TABLE rounds.matter_choices (
    matter   rounds.matter_code PRIMARY KEY REFERENCES rounds.matters,
    hidden   boolean NOT NULL,
    due_days smallint CHECK (due_days BETWEEN 0 AND 365)
);
ALTER TABLE rounds.matter_choices ENABLE ROW LEVEL SECURITY;
ALTER TABLE rounds.matter_choices FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON rounds.matter_choices TO rounds_app;
CREATE POLICY read ON rounds.matter_choices FOR SELECT TO rounds_app USING (true);
CREATE POLICY write ON rounds.matter_choices TO rounds_app
    USING ((SELECT rounds.principal_role()) IN ('administrator', 'service:operator'))
    WITH CHECK ((SELECT rounds.principal_role()) IN ('administrator', 'service:operator'));

-- A dispute is where a party asked for mediation, and nowhere on a map: it has an area
-- alone. receipt_hmac is of the code that whoever brought the matter keeps.
ALTER TABLE rounds.incidents ALTER COLUMN at DROP NOT NULL;
ALTER TABLE rounds.incidents ALTER COLUMN cell DROP NOT NULL;
ALTER TABLE rounds.incidents
    ADD COLUMN in_home boolean NOT NULL DEFAULT false,
    ADD COLUMN receipt_hmac bytea CHECK (length(receipt_hmac) = 32),
    ADD COLUMN asked_on date,
    ADD COLUMN ask_method rounds.ask_method,
    ADD COLUMN confirmed_on date,
    ADD COLUMN merged_into uuid REFERENCES rounds.incidents,
    ADD CONSTRAINT incidents_place CHECK ((kind <> 'dispute') = (at IS NOT NULL) AND (at IS NULL) = (cell IS NULL)),
    ADD CONSTRAINT incidents_asked CHECK ((kind = 'dispute') = (asked_on IS NOT NULL) AND (asked_on IS NULL) = (ask_method IS NULL)),
    ADD CONSTRAINT incidents_asked_receipt CHECK (kind <> 'dispute' OR state = 'closed' OR receipt_hmac IS NOT NULL OR source = 'import'),
    ADD CONSTRAINT incidents_confirmed CHECK (confirmed_on IS NULL OR kind = 'dispute' AND confirmed_on >= asked_on),
    ADD CONSTRAINT incidents_merged CHECK (merged_into IS NULL OR kind <> 'dispute' AND merged_into <> id);
CREATE UNIQUE INDEX incidents_receipt_hmac ON rounds.incidents (receipt_hmac);
CREATE INDEX incidents_merged_into ON rounds.incidents (merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX incidents_unconfirmed ON rounds.incidents (asked_on) WHERE state = 'open' AND confirmed_on IS NULL;

DO $$
BEGIN
    CREATE DOMAIN rounds.free_text AS text CHECK (length(VALUE) BETWEEN 1 AND 500 AND VALUE !~ '[[:cntrl:]]' AND VALUE !~ '[0-9]{9}');
EXCEPTION WHEN duplicate_object THEN
    NULL; -- the text of a step of a case is of the same kind
END
$$;
-- What is the matter, not who. Never looked for, exported or drawn.
CREATE TABLE rounds.incident_texts (
    incident_id uuid PRIMARY KEY REFERENCES rounds.incidents ON DELETE CASCADE,
    text        rounds.free_text NOT NULL
);
-- Where a handler calls back whoever asked for mediation: sealed with a key outside the
-- database and padded; gone when the matter is closed.
CREATE TABLE rounds.dispute_contacts (
    incident_id uuid PRIMARY KEY REFERENCES rounds.incidents ON DELETE CASCADE,
    contact     bytea NOT NULL CHECK (length(contact) = 156)
);
ALTER TABLE rounds.incident_texts ENABLE ROW LEVEL SECURITY;
ALTER TABLE rounds.incident_texts FORCE ROW LEVEL SECURITY;
ALTER TABLE rounds.dispute_contacts ENABLE ROW LEVEL SECURITY;
ALTER TABLE rounds.dispute_contacts FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT ON rounds.incident_texts TO rounds_app;
GRANT SELECT ON rounds.dispute_contacts TO rounds_app;

-- Handlers of the area see its disputes, and nobody else does; they too take down what
-- somebody tells on the telephone.
ALTER POLICY read ON rounds.incidents USING (CASE kind
    WHEN 'dispute' THEN (SELECT rounds.principal_role()) = 'case_handler' AND area_id IN (SELECT rounds.granted_areas())
    ELSE (SELECT rounds.principal_role()) IN ('service:import', 'service:tiles', 'service:operator')
        OR (SELECT rounds.principal_role()) IN ('worker', 'supervisor', 'case_handler') AND area_id IN (SELECT rounds.granted_areas())
        OR (SELECT rounds.principal_role()) = 'analyst' AND state = 'open' AND area_id IN (SELECT rounds.granted_areas())
    END);
ALTER POLICY add ON rounds.incidents WITH CHECK (kind <> 'dispute' AND (
    (SELECT rounds.principal_role()) = 'service:import'
    OR (SELECT rounds.principal_role()) IN ('worker', 'supervisor', 'case_handler') AND area_id IN (SELECT rounds.granted_areas())));
DO $$
BEGIN
    -- Where cases say what becomes of an incident there is no such policy.
    IF EXISTS (SELECT FROM pg_policies WHERE schemaname = 'rounds' AND tablename = 'incidents' AND policyname = 'change') THEN
        ALTER POLICY change ON rounds.incidents
            USING (kind <> 'dispute' AND (SELECT rounds.principal_role()) = 'supervisor' AND area_id IN (SELECT rounds.granted_areas()));
    END IF;
END
$$;
CREATE POLICY read ON rounds.incident_texts FOR SELECT TO rounds_app USING (
    (SELECT rounds.principal_role()) IN ('supervisor', 'case_handler') AND incident_id IN (SELECT i.id FROM rounds.incidents i));
CREATE POLICY add ON rounds.incident_texts FOR INSERT TO rounds_app WITH CHECK (
    (SELECT rounds.principal_role()) IN ('worker', 'supervisor', 'case_handler')
    AND incident_id IN (SELECT i.id FROM rounds.incidents i WHERE i.state = 'open' AND i.kind <> 'dispute'));
CREATE POLICY read ON rounds.dispute_contacts FOR SELECT TO rounds_app USING (
    (SELECT rounds.principal_role()) = 'case_handler' AND incident_id IN (SELECT i.id FROM rounds.incidents i));

-- The days within which a matter is due here.
CREATE FUNCTION rounds.due_days(the_matter text) RETURNS smallint
    LANGUAGE sql STABLE SET search_path = rounds, pg_temp AS $$
    SELECT coalesce(c.due_days, m.due_days) FROM rounds.matters m LEFT JOIN rounds.matter_choices c ON c.matter = m.code WHERE m.code = the_matter
$$;

-- A party asked for mediation; whoever takes it down cannot read it afterwards. false
-- when it is there already; another with the same id or code is refused.
CREATE FUNCTION rounds.ask_mediation(the_id uuid, the_matter text, the_area uuid, the_source rounds.incident_source,
        the_method rounds.ask_method, on_day date, the_receipt bytea, the_contact bytea) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    IF NOT (CASE rounds.principal_role()
        WHEN 'service:resident' THEN the_source = 'public_form' AND EXISTS (SELECT FROM rounds.areas a WHERE a.id = the_area)
        ELSE rounds.principal_role() IN ('worker', 'supervisor', 'case_handler') AND the_source IN ('doorstep', 'desk', 'phone')
            AND the_area IN (SELECT rounds.granted_areas())
        END) THEN
        RAISE EXCEPTION 'the area is not one of theirs' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF EXISTS (SELECT FROM rounds.incidents i WHERE i.id = the_id AND i.receipt_hmac = the_receipt AND i.matter = the_matter) THEN
        RETURN false;
    END IF;
    INSERT INTO rounds.incidents (id, kind, matter, area_id, source, reported_on, due_on, asked_on, ask_method, receipt_hmac)
    SELECT the_id, m.kind, m.code, the_area, the_source, on_day, on_day + rounds.due_days(m.code), on_day, the_method, the_receipt
    FROM rounds.matters m WHERE m.code = the_matter AND m.kind = 'dispute';
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no such matter' USING ERRCODE = 'no_data_found';
    END IF;
    IF the_contact IS NOT NULL THEN
        INSERT INTO rounds.dispute_contacts VALUES (the_id, the_contact);
    END IF;
    RETURN true;
END
$$;

-- Whoever asked says again that they want it: to a handler of the area.
CREATE FUNCTION rounds.confirm_dispute(the_id uuid) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    UPDATE rounds.incidents i SET confirmed_on = coalesce(i.confirmed_on, rounds.today())
    WHERE i.id = the_id AND i.kind = 'dispute' AND i.state = 'open'
        AND rounds.principal_role() = 'case_handler' AND i.area_id IN (SELECT rounds.granted_areas());
    RETURN FOUND;
END
$$;

-- Two reports of one thing: the second goes with the first. Whoever keeps the area
-- may; NULL takes it back. What goes with another is closed when that is.
CREATE FUNCTION rounds.merge_incident(the_id uuid, into_id uuid) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    -- In one order, so that two that merge each other cannot.
    PERFORM FROM rounds.incidents i WHERE i.id IN (the_id, into_id) ORDER BY i.id FOR UPDATE;
    UPDATE rounds.incidents i SET merged_into = into_id
    WHERE i.id = the_id AND i.state = 'open' AND i.kind <> 'dispute'
        AND rounds.principal_role() IN ('supervisor', 'case_handler') AND i.area_id IN (SELECT rounds.granted_areas())
        AND NOT EXISTS (SELECT FROM rounds.incidents o WHERE o.merged_into = the_id)
        AND (into_id IS NULL OR EXISTS (
            SELECT FROM rounds.incidents o WHERE o.id = into_id AND o.id <> the_id AND o.matter = i.matter AND o.state = 'open'
                AND o.merged_into IS NULL AND o.area_id IN (SELECT rounds.granted_areas())));
    RETURN FOUND;
END
$$;
-- Ends a matter that nobody needs to deal with any more.
CREATE FUNCTION rounds.end_incident(the_id uuid, on_day date) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    UPDATE rounds.incidents SET state = 'closed', closed_on = on_day WHERE id = the_id AND state = 'open';
    RETURN FOUND;
END
$$;
CREATE FUNCTION rounds.close_with() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    DELETE FROM rounds.dispute_contacts c WHERE c.incident_id = NEW.id;
    PERFORM rounds.end_incident(i.id, NEW.closed_on) FROM rounds.incidents i WHERE i.merged_into = NEW.id AND i.state = 'open';
    RETURN NULL;
END
$$;
CREATE TRIGGER incidents_close_with AFTER UPDATE OF state ON rounds.incidents FOR EACH ROW
    WHEN (NEW.state = 'closed' AND OLD.state = 'open') EXECUTE FUNCTION rounds.close_with();

-- A map has a place to draw again: a dispute has none.
CREATE OR REPLACE FUNCTION rounds.incident_changed() RETURNS trigger
    LANGUAGE plpgsql SET search_path = rounds, pg_temp AS $$
BEGIN
    IF NEW.cell IS NOT NULL THEN
        PERFORM pg_notify('rounds_hazards', NEW.cell::text || ' ' || NEW.area_id::text);
    END IF;
    RETURN NULL;
END
$$;

INSERT INTO rounds.retention (class, age, action) VALUES
    ('incident_texts', '90 days', 'delete'),     -- after the matter was closed
    ('unconfirmed_disputes', '30 days', 'close'); -- after it was asked, unless confirmed
CREATE FUNCTION rounds.sweep_incident_texts(now timestamptz, batch integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
DECLARE
    gone integer;
BEGIN
    DELETE FROM rounds.incident_texts WHERE incident_id IN (
        SELECT t.incident_id FROM rounds.incident_texts t JOIN rounds.incidents i ON i.id = t.incident_id
        WHERE i.closed_on < rounds.over_before('incident_texts', now)::date LIMIT batch);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END
$$;
CREATE FUNCTION rounds.sweep_unconfirmed_disputes(now timestamptz, batch integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
DECLARE
    gone integer;
BEGIN
    SELECT count(*) FILTER (WHERE rounds.end_incident(i.id, least(now, clock_timestamp())::date)) INTO gone FROM (
        SELECT o.id FROM rounds.incidents o
        WHERE o.kind = 'dispute' AND o.state = 'open' AND o.confirmed_on IS NULL
            AND o.asked_on < rounds.over_before('unconfirmed_disputes', now)::date LIMIT batch) i;
    RETURN gone;
END
$$;

-- What goes with another is one with it.
CREATE OR REPLACE FUNCTION rounds.contributors(the_measure rounds.measure, first date, last date) RETURNS TABLE (cell bigint, household uuid)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    IF rounds.principal_role() <> 'service:statistics' THEN
        RETURN;
    END IF;
    CASE the_measure
    WHEN 'hazards', 'services' THEN
        RETURN QUERY SELECT i.cell, md5(public.ST_AsBinary(i.at))::uuid FROM rounds.incidents i
            WHERE i.kind = CASE the_measure WHEN 'hazards' THEN 'hazard' ELSE 'service' END::rounds.incident_kind
                AND i.reported_on BETWEEN first AND last AND i.merged_into IS NULL;
    WHEN 'reached' THEN
        RETURN QUERY SELECT h.cell, h.id FROM rounds.visits v JOIN rounds.households h ON h.id = v.household_id
            WHERE v.outcome = 'done' AND v.visited_on BETWEEN first AND last
                AND NOT EXISTS (SELECT FROM rounds.visit_retractions x WHERE x.visit_id = v.id);
    ELSE
        RETURN QUERY SELECT h.cell, h.id FROM rounds.support_wanted s
                JOIN rounds.consents c ON c.id = s.consent_id JOIN rounds.households h ON h.id = s.household_id
            WHERE rounds.support_measure(s.service) = the_measure AND c.given_on <= last AND s.expires_on >= last
                AND (s.done_on IS NULL OR s.done_on > last);
    END CASE;
END
$$;

REVOKE EXECUTE ON FUNCTION rounds.due_days(text), rounds.ask_mediation(uuid, text, uuid, rounds.incident_source, rounds.ask_method, date, bytea, bytea),
    rounds.confirm_dispute(uuid), rounds.merge_incident(uuid, uuid), rounds.close_with(), rounds.end_incident(uuid, date),
    rounds.sweep_incident_texts(timestamptz, integer), rounds.sweep_unconfirmed_disputes(timestamptz, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rounds.due_days(text), rounds.ask_mediation(uuid, text, uuid, rounds.incident_source, rounds.ask_method, date, bytea, bytea),
    rounds.confirm_dispute(uuid), rounds.merge_incident(uuid, uuid),
    rounds.sweep_incident_texts(timestamptz, integer), rounds.sweep_unconfirmed_disputes(timestamptz, integer) TO rounds_app;
