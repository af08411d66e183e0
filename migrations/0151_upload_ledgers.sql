-- A file at the desk may be an old ledger, which its supervisor imports and takes back for
-- the own areas.
ALTER TABLE rounds.uploads ADD COLUMN kind rounds.import_kind NOT NULL DEFAULT 'households';

-- What an import would make of some cases, each by its place in the arrays, without any
-- write: old (over for longer than a case is kept), known (an import before brought it) or
-- elsewhere (that was one of an area beyond those held). What is new has no row.
CREATE FUNCTION rounds.judge_cases(ids uuid[], ended date[], held uuid[]) RETURNS TABLE (place integer, result text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    IF rounds.principal_role() <> 'service:import' THEN
        RAISE EXCEPTION 'only an import does this' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN QUERY
    SELECT j.place::integer, j.result FROM (
        SELECT g.place, CASE WHEN g.over_on < rounds.today() - (SELECT r.age FROM rounds.retention r WHERE r.class = 'cases') THEN 'old'
            WHEN c.id IS NULL THEN NULL
            WHEN EXISTS (SELECT FROM rounds.area_paths p WHERE p.area_id = c.area_id AND p.ancestor_id = ANY (held)) THEN 'known'
            ELSE 'elsewhere' END AS result
        FROM unnest(ids, ended) WITH ORDINALITY g (id, over_on, place) LEFT JOIN rounds.cases c ON c.id = g.id) j
    WHERE j.result IS NOT NULL ORDER BY j.place;
END
$$;

-- Whether cases of an import lie beyond areas that are held, and how many of them somebody
-- worked on since.
CREATE FUNCTION rounds.ledger_since(the_import uuid, held uuid[], OUT beyond boolean, OUT worked_on integer)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    IF rounds.principal_role() <> 'service:import' THEN
        RAISE EXCEPTION 'only an import does this' USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT coalesce(bool_or(NOT EXISTS (SELECT FROM rounds.area_paths p WHERE p.area_id = c.area_id AND p.ancestor_id = ANY (held))), false),
        count(*) FILTER (WHERE EXISTS (SELECT FROM rounds.case_steps s WHERE s.case_id = c.id AND s.account_id IS NOT NULL))
    INTO beyond, worked_on FROM rounds.cases c WHERE c.import_id = the_import;
END
$$;
REVOKE EXECUTE ON FUNCTION rounds.judge_cases(uuid[], date[], uuid[]), rounds.ledger_since(uuid, uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rounds.judge_cases(uuid[], date[], uuid[]), rounds.ledger_since(uuid, uuid[]) TO rounds_app;
