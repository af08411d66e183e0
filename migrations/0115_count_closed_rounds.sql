-- A closed round has a finished door for every household that it had and that is still
-- there: to count them takes the index alone, once policies need not look at each row. Who
-- asks is the service that counts doors for everybody.
CREATE FUNCTION rounds.count_closed_rounds(the_rounds uuid[]) RETURNS TABLE (round_id uuid, households bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
    SELECT d.round_id, count(*) FROM rounds.doors d
    WHERE d.round_id = ANY (the_rounds) AND rounds.principal_role() = 'service:planning' GROUP BY d.round_id
$$;
CREATE FUNCTION rounds.count_closed_grids(the_round uuid, the_areas uuid[]) RETURNS TABLE (area_id uuid, households bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
    SELECT d.area_id, count(*) FROM rounds.doors d
    WHERE d.round_id = the_round AND d.area_id = ANY (the_areas) AND rounds.principal_role() = 'service:planning' GROUP BY d.area_id
$$;
REVOKE ALL ON FUNCTION rounds.count_closed_rounds(uuid[]), rounds.count_closed_grids(uuid, uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rounds.count_closed_rounds(uuid[]), rounds.count_closed_grids(uuid, uuid[]) TO rounds_app;
