-- Who has the code of a consent asks the officer what is kept under it, or that it
-- goes; the officer closes an emergency opening sooner; a lost phone has no PIN left.

-- The code itself says who asks.
ALTER TYPE rounds.identity_check ADD VALUE 'own_code';

-- The consent of a code in the officer's areas, without its place.
CREATE FUNCTION rounds.consent_of_code(the_receipt bytea)
    RETURNS TABLE (id uuid, area_id uuid, purpose rounds.consent_purpose, services rounds.support_service[], notice_version smallint,
        notice_language rounds.language, method rounds.consent_method, given_on date, expires_on date, contact bytea)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
    SELECT c.id, c.area_id, c.purpose, array(SELECT s.service FROM rounds.consent_services s WHERE s.consent_id = c.id ORDER BY s.service),
        c.notice_version, c.notice_language, c.method, c.given_on, c.expires_on, c.contact
    FROM rounds.consents c WHERE c.receipt_hmac = the_receipt AND rounds.officer_holds(c.area_id)
$$;

CREATE FUNCTION rounds.end_consent_of_code(the_receipt bytea) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    PERFORM rounds.end_consent(c.id) FROM rounds.consents c WHERE c.receipt_hmac = the_receipt AND rounds.officer_holds(c.area_id);
END
$$;
REVOKE ALL ON FUNCTION rounds.consent_of_code, rounds.end_consent_of_code FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rounds.consent_of_code, rounds.end_consent_of_code TO rounds_app;

CREATE OR REPLACE FUNCTION rounds.close_emergency(the_opening uuid) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    UPDATE rounds.emergency_openings o SET closes_at = least(o.closes_at, rounds.clock())
    WHERE o.id = the_opening AND o.opened_at IS NOT NULL AND rounds.principal_role() IN ('supervisor', 'dpo')
        AND o.area_id IN (SELECT rounds.granted_areas());
    RETURN FOUND;
END
$$;

-- An administrator or the operator signs somebody out of a phone that is lost: whoever
-- found it does not come in by a PIN either.
CREATE OR REPLACE FUNCTION rounds.end_sessions(the_account uuid) RETURNS bigint
    LANGUAGE sql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
    WITH pins AS (
        DELETE FROM rounds.device_pins
        WHERE account_id = the_account AND rounds.principal_role() IN ('administrator', 'service:operator')),
    ended AS (
        DELETE FROM rounds.sessions
        WHERE account_id = the_account AND rounds.principal_role() IN ('administrator', 'service:login', 'service:operator')
        RETURNING 1)
    SELECT count(*) FROM ended
$$;
