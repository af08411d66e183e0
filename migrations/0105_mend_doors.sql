-- What goes with another report outlives it; what somebody brings without an account is due
-- by the rules of its area, as everything else is; no picture of the inside of a home.

-- Otherwise one report that is older than what goes with it would stop the daily job.
ALTER TABLE rounds.incidents DROP CONSTRAINT incidents_merged_into_fkey,
    ADD CONSTRAINT incidents_merged_into_fkey FOREIGN KEY (merged_into) REFERENCES rounds.incidents ON DELETE SET NULL;

ALTER POLICY add ON rounds.photos WITH CHECK (
    (SELECT rounds.principal_role()) IN ('worker', 'supervisor')
    AND incident_id IN (SELECT i.id FROM rounds.incidents i WHERE i.state = 'open' AND NOT i.in_home));
ALTER POLICY change ON rounds.photos USING (
    (SELECT rounds.principal_role()) IN ('worker', 'supervisor')
    AND incident_id IN (SELECT i.id FROM rounds.incidents i WHERE i.state = 'open' AND NOT i.in_home));

CREATE OR REPLACE FUNCTION rounds.report_publicly(the_id uuid, the_matter text, place public.geometry, the_cell bigint, is_in_home boolean,
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
    SELECT the_id, m.kind, m.code, the_area, the_cell, place, 'public_form', rounds.today(), rounds.case_due(the_area, m.code, rounds.today()), is_in_home, the_receipt
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
