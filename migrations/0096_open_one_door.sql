-- One door for everybody: what somebody reports or asks on the public page, without an
-- account, and what they see, say and take back with their code.

CREATE TYPE rounds.report_stage AS ENUM ('received', 'to_confirm', 'in_hand', 'closed');
CREATE TYPE rounds.satisfaction_question AS ENUM ('heard', 'settled', 'in_time');
CREATE TYPE rounds.satisfaction_answer AS ENUM ('yes', 'partly', 'no');

-- Answers, added up without case or code. Whoever answered once cannot again.
CREATE TABLE rounds.satisfaction (
    unit_id  uuid NOT NULL REFERENCES rounds.units,
    quarter  date NOT NULL CHECK (quarter = date_trunc('quarter', quarter)),
    question rounds.satisfaction_question NOT NULL,
    answer   rounds.satisfaction_answer NOT NULL,
    people   integer NOT NULL CHECK (people > 0),
    PRIMARY KEY (unit_id, quarter, question, answer)
);
ALTER TABLE rounds.satisfaction ENABLE ROW LEVEL SECURITY;
ALTER TABLE rounds.satisfaction FORCE ROW LEVEL SECURITY;
ALTER TABLE rounds.incidents ADD COLUMN answered boolean NOT NULL DEFAULT false;

-- Towns and villages, for everybody to say where; no grid, which is somebody's.
CREATE FUNCTION rounds.public_areas() RETURNS TABLE (id uuid, parent_id uuid, level rounds.area_level, name text, name_zh text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
    SELECT a.id, a.parent_id, a.level, a.name, a.name_zh FROM rounds.areas a WHERE a.level <> 'grid' ORDER BY a.level, a.name, a.id
$$;

-- The named streets of an area, as everybody's map has them, each with a point of it.
-- Which of them have households is not told.
CREATE FUNCTION rounds.public_streets(the_area uuid) RETURNS TABLE (name text, name_zh text, lon double precision, lat double precision)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = rounds, public, pg_temp AS $$
    WITH reach AS (SELECT ST_Transform(a.outline, 3857) AS outline FROM rounds.areas a WHERE a.id = the_area AND a.level <> 'grid'),
    inside AS (
        SELECT b.name, max(b.name_zh) AS name_zh, ST_Collect(ST_Intersection(b.shape, r.outline)) AS shape
        FROM reach r JOIN rounds.basemap_features b ON b.shape && r.outline AND ST_Intersects(b.shape, r.outline)
        WHERE b.class = 'street' AND b.name IS NOT NULL
        GROUP BY b.name),
    points AS (SELECT i.name, i.name_zh, ST_Transform(ST_ClosestPoint(i.shape, ST_Centroid(i.shape)), 4326) AS at FROM inside i)
    SELECT p.name, p.name_zh, ST_X(p.at), ST_Y(p.at) FROM points p ORDER BY p.name LIMIT 3000
$$;

-- A hazard or a service that somebody reports: false when it is there already, NULL
-- when no area has the place.
CREATE FUNCTION rounds.report_publicly(the_id uuid, the_matter text, place public.geometry, the_cell bigint, is_in_home boolean,
        the_text text, the_receipt bytea) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
DECLARE
    the_area uuid;
BEGIN
    IF rounds.principal_role() <> 'service:resident' THEN
        RAISE EXCEPTION 'only the public page' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF EXISTS (SELECT FROM rounds.incidents i WHERE i.id = the_id AND i.receipt_hmac = the_receipt) THEN
        RETURN false;
    END IF;
    SELECT a.id INTO the_area FROM rounds.areas a WHERE public.ST_Covers(a.outline, place) ORDER BY a.level DESC, a.id LIMIT 1;
    IF the_area IS NULL THEN
        RETURN NULL;
    END IF;
    INSERT INTO rounds.incidents (id, kind, matter, area_id, cell, at, source, reported_on, due_on, in_home, receipt_hmac)
    SELECT the_id, m.kind, m.code, the_area, the_cell, place, 'public_form', rounds.today(), rounds.today() + rounds.due_days(m.code), is_in_home, the_receipt
    FROM rounds.matters m WHERE m.code = the_matter AND m.kind <> 'dispute';
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no such matter' USING ERRCODE = 'no_data_found';
    END IF;
    IF the_text <> '' THEN
        INSERT INTO rounds.incident_texts VALUES (the_id, the_text);
    END IF;
    RETURN true;
END
$$;

-- What is told to whoever has the code: stage and days, not what and not where.
CREATE FUNCTION rounds.follow_report(the_receipt bytea) RETURNS TABLE (stage rounds.report_stage, since date, due_on date, confirm_by date, may_answer boolean)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
    SELECT CASE
            WHEN i.state = 'closed' THEN 'closed'
            WHEN i.kind = 'dispute' AND i.confirmed_on IS NULL THEN 'to_confirm'
            WHEN c.stage IN ('triaged', 'assigned', 'paused') THEN 'in_hand'
            ELSE 'received'
        END::rounds.report_stage,
        coalesce(i.closed_on, i.confirmed_on, i.reported_on), i.due_on,
        CASE WHEN i.kind = 'dispute' AND i.state = 'open' AND i.confirmed_on IS NULL THEN i.asked_on + 30 END,
        i.state = 'closed' AND NOT i.answered
    FROM rounds.incidents i LEFT JOIN rounds.cases c ON c.incident_id = coalesce(i.merged_into, i.id)
    WHERE i.receipt_hmac = the_receipt AND rounds.principal_role() = 'service:resident'
$$;

-- Whoever asked for mediation says again that they want it.
CREATE FUNCTION rounds.confirm_report(the_receipt bytea) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    UPDATE rounds.incidents i SET confirmed_on = coalesce(i.confirmed_on, rounds.today())
    WHERE i.receipt_hmac = the_receipt AND i.kind = 'dispute' AND i.state = 'open' AND rounds.principal_role() = 'service:resident';
    RETURN FOUND;
END
$$;

-- Whoever brought a matter takes it back: text, contact and code go. A hazard, and what
-- others reported too, stays until it is dealt with; a service and a dispute end. After
-- a restore it is taken back again.
CREATE FUNCTION rounds.take_back(the_receipt bytea) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
DECLARE
    i rounds.incidents;
BEGIN
    SELECT * INTO i FROM rounds.incidents o WHERE o.receipt_hmac = the_receipt FOR UPDATE;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    DELETE FROM rounds.incident_texts t WHERE t.incident_id = i.id;
    DELETE FROM rounds.dispute_contacts c WHERE c.incident_id = i.id;
    IF i.state = 'open' AND i.kind <> 'hazard' AND i.merged_into IS NULL AND NOT EXISTS (SELECT FROM rounds.incidents o WHERE o.merged_into = i.id) THEN
        PERFORM rounds.end_incident(i.id, greatest(rounds.today(), i.reported_on));
    END IF;
    UPDATE rounds.incidents o SET receipt_hmac = NULL WHERE o.id = i.id;
    RETURN true;
END
$$;
CREATE FUNCTION rounds.withdraw_report(the_receipt bytea) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    IF rounds.principal_role() <> 'service:resident' OR NOT rounds.take_back(the_receipt) THEN
        RETURN false;
    END IF;
    PERFORM pg_advisory_xact_lock_shared(125823037105155); -- that of rounds.enter_refusal
    INSERT INTO rounds.erasures (class, digest, erased_on) VALUES ('report', the_receipt, rounds.today()) ON CONFLICT DO NOTHING;
    RETURN true;
END
$$;
CREATE FUNCTION rounds.withdraw_reports_again(codes bytea[]) RETURNS integer
    LANGUAGE sql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
    SELECT count(*) FILTER (WHERE rounds.take_back(c))::integer FROM unnest(codes) c WHERE rounds.principal_role() = 'service:retention'
$$;
-- Days of what was taken back end by the clock of those of consents.
CREATE OR REPLACE FUNCTION rounds.sweep_erasures(now timestamptz, batch integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
DECLARE
    gone integer;
BEGIN
    DELETE FROM rounds.erasures WHERE number IN (
        SELECT e.number FROM rounds.erasures e
        WHERE e.class IN ('consent', 'report') AND e.erased_on < rounds.over_before('erasures', now)::date LIMIT batch);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END
$$;

-- Three answers of whoever brought a matter that is closed; once.
CREATE FUNCTION rounds.answer_report(the_receipt bytea, heard rounds.satisfaction_answer, settled rounds.satisfaction_answer,
        in_time rounds.satisfaction_answer) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
DECLARE
    the_case uuid;
BEGIN
    UPDATE rounds.incidents i SET answered = true
    WHERE i.receipt_hmac = the_receipt AND i.state = 'closed' AND NOT i.answered AND rounds.principal_role() = 'service:resident'
    RETURNING coalesce(i.merged_into, i.id) INTO the_case;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    INSERT INTO rounds.satisfaction (unit_id, quarter, question, answer, people)
    SELECT c.unit_id, date_trunc('quarter', rounds.today())::date, q, a, 1
    FROM (VALUES ('heard'::rounds.satisfaction_question, heard), ('settled', settled), ('in_time', in_time)) given (q, a)
        JOIN rounds.cases c ON c.id = the_case AND c.unit_id IS NOT NULL -- without a unit there is nobody to be asked about
    ON CONFLICT (unit_id, quarter, question, answer) DO UPDATE SET people = satisfaction.people + 1;
    RETURN true;
END
$$;
-- Sums of a quarter that is over, of units of one's areas, where ten people or more
-- answered.
CREATE FUNCTION rounds.satisfaction_sums() RETURNS SETOF rounds.satisfaction
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
    SELECT s.* FROM rounds.satisfaction s JOIN rounds.units u ON u.id = s.unit_id
    WHERE rounds.principal_role() IN ('supervisor', 'analyst', 'case_handler') AND u.area_id IN (SELECT rounds.granted_areas())
        AND s.quarter + interval '3 months' <= rounds.today()
        AND 10 <= (SELECT sum(o.people) FROM rounds.satisfaction o WHERE o.unit_id = s.unit_id AND o.quarter = s.quarter AND o.question = s.question)
    ORDER BY s.quarter DESC, s.unit_id, s.question, s.answer
$$;
GRANT SELECT ON rounds.satisfaction TO rounds_app; -- and no policy: only the sums

REVOKE EXECUTE ON FUNCTION rounds.public_areas(), rounds.public_streets(uuid),
    rounds.report_publicly(uuid, text, public.geometry, bigint, boolean, text, bytea), rounds.follow_report(bytea), rounds.confirm_report(bytea),
    rounds.take_back(bytea), rounds.withdraw_report(bytea), rounds.withdraw_reports_again(bytea[]),
    rounds.answer_report(bytea, rounds.satisfaction_answer, rounds.satisfaction_answer, rounds.satisfaction_answer), rounds.satisfaction_sums() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rounds.public_areas(), rounds.public_streets(uuid),
    rounds.report_publicly(uuid, text, public.geometry, bigint, boolean, text, bytea), rounds.follow_report(bytea), rounds.confirm_report(bytea),
    rounds.withdraw_report(bytea), rounds.withdraw_reports_again(bytea[]),
    rounds.answer_report(bytea, rounds.satisfaction_answer, rounds.satisfaction_answer, rounds.satisfaction_answer), rounds.satisfaction_sums() TO rounds_app;
