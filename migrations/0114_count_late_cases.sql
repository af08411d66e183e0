-- matters_by_cell counts what is open in the areas of the principal, for key areas: matters by
-- their leaf cell, and cases of an old ledger, of which no more than the area is known, by
-- that. A matter is late when its case is; what is paused or settled is not. Disputes
-- are no part of it.
CREATE FUNCTION rounds.matters_by_cell(the_day date) RETURNS TABLE (cell bigint, area_id uuid, open bigint, late bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
    SELECT i.cell, NULL::uuid, count(*),
        count(*) FILTER (WHERE CASE WHEN c.id IS NULL THEN i.due_on < the_day ELSE c.over_on IS NULL AND c.stage <> 'paused' AND c.due_on < the_day END)
    FROM rounds.incidents i LEFT JOIN rounds.cases c ON c.id = i.id
    WHERE i.state = 'open' AND i.kind <> 'dispute' AND i.merged_into IS NULL
        AND rounds.principal_role() IN ('worker', 'supervisor', 'case_handler', 'analyst') AND i.area_id IN (SELECT rounds.granted_areas())
    GROUP BY i.cell
    UNION ALL
    SELECT NULL, c.area_id, count(*), count(*) FILTER (WHERE c.stage <> 'paused' AND c.due_on < the_day)
    FROM rounds.cases c
    WHERE c.incident_id IS NULL AND NOT c.dispute AND c.over_on IS NULL AND NOT c.merged
        AND rounds.principal_role() IN ('supervisor', 'case_handler') AND c.area_id IN (SELECT rounds.granted_areas())
    GROUP BY c.area_id
$$;
REVOKE ALL ON FUNCTION rounds.matters_by_cell(date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rounds.matters_by_cell(date) TO rounds_app;
