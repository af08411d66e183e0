-- What a dispute is about, how mediation was asked for and whether that still holds is for
-- its named mediators; everybody else who deals with cases has its number, stage, unit and
-- days (privacy.md, "Disputes").
ALTER POLICY read ON rounds.incidents USING (
    CASE kind
        WHEN 'dispute' THEN (SELECT rounds.principal_role()) = 'case_handler' AND area_id IN (SELECT rounds.granted_areas()) AND rounds.is_named(id)
        ELSE (SELECT rounds.principal_role()) IN ('service:import', 'service:tiles', 'service:operator')
            OR (SELECT rounds.principal_role()) IN ('worker', 'supervisor', 'case_handler') AND area_id IN (SELECT rounds.granted_areas())
            OR (SELECT rounds.principal_role()) = 'analyst' AND state = 'open' AND area_id IN (SELECT rounds.granted_areas())
    END);
CREATE OR REPLACE FUNCTION rounds.confirm_dispute(the_id uuid) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    UPDATE rounds.incidents i SET confirmed_on = coalesce(i.confirmed_on, rounds.today())
    WHERE i.id = the_id AND i.kind = 'dispute' AND i.state = 'open' AND rounds.is_named(i.id);
    RETURN FOUND;
END
$$;
