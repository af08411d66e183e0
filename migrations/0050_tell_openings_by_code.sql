-- That a place was opened in an emergency says that somebody there had asked for help:
-- the address told it to everybody who lives there. It is told by the code of the
-- consent, as all that was given with consent is.
DROP FUNCTION rounds.openings_held(uuid);
CREATE FUNCTION rounds.openings_of_code(the_receipt bytea) RETURNS TABLE (emergency text, opened_at timestamptz, closes_at timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
    SELECT o.emergency::text, o.opened_at, o.closes_at
    FROM rounds.consents c JOIN rounds.opening_households p ON p.household_id = c.household_id
        JOIN rounds.emergency_openings o ON o.id = p.opening_id
    WHERE c.receipt_hmac = the_receipt AND rounds.officer_holds(c.area_id) AND EXISTS (
        SELECT FROM rounds.consent_services s WHERE s.consent_id = c.id AND s.service IN ('evacuation_help', 'outage_contact', 'welfare_call', 'transport'))
    ORDER BY o.opened_at
$$;
REVOKE EXECUTE ON FUNCTION rounds.openings_of_code(bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rounds.openings_of_code(bytea) TO rounds_app;
