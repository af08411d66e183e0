-- A file of addresses whose residents refused earlier is imported: the service that
-- imports takes their households out as well.
CREATE OR REPLACE FUNCTION rounds.may_refuse(the_household uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
    SELECT CASE rounds.principal_role()
        WHEN 'service:operator' THEN true
        WHEN 'service:import' THEN true
        WHEN 'supervisor' THEN EXISTS (
            SELECT FROM rounds.households h WHERE h.id = the_household AND h.area_id IN (SELECT rounds.granted_areas()))
        WHEN 'worker' THEN EXISTS (
            SELECT FROM rounds.stops s JOIN rounds.plans p ON p.id = s.plan_id JOIN rounds.rounds o ON o.id = p.round_id
            WHERE s.household_id = the_household AND o.closed_at IS NULL AND rounds.is_assigned(o.id, the_household))
        ELSE false END
$$;
