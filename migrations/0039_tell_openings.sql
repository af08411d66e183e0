-- A resident is told that the place was opened in an emergency, until those who were
-- opened have been told at their doors and the row goes. Who opened it, and what was
-- shown, is not told by address.
CREATE FUNCTION rounds.openings_held(the_household uuid) RETURNS TABLE (emergency text, opened_at timestamptz, closes_at timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
    SELECT o.emergency::text, o.opened_at, o.closes_at
    FROM rounds.place_asked_for(the_household) h JOIN rounds.opening_households p ON p.household_id = h.id
        JOIN rounds.emergency_openings o ON o.id = p.opening_id ORDER BY o.opened_at
$$;
REVOKE EXECUTE ON FUNCTION rounds.openings_held(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rounds.openings_held(uuid) TO rounds_app;
