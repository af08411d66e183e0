-- An old ledger comes in as number, matter, unit, dates, stage and area: all of a file in
-- one transaction, and all of it goes again when the import is undone.

ALTER TYPE rounds.import_kind ADD VALUE 'ledger';
ALTER TABLE rounds.imports ADD COLUMN undone_at timestamptz;
GRANT UPDATE (added, changed, unchanged, gone) ON rounds.imports TO rounds_app;

-- The number before so many new ones of a series and year, which are the caller's.
CREATE FUNCTION rounds.take_case_numbers(the_series uuid, the_year smallint, many integer) RETURNS integer
    LANGUAGE sql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
    INSERT INTO rounds.case_counters AS k (series_id, year, last) VALUES (the_series, the_year, many)
    ON CONFLICT (series_id, year) DO UPDATE SET last = k.last + EXCLUDED.last
    RETURNING last - many
$$;

-- Some cases of a ledger, each by its place in the arrays; gives those that are not taken:
-- double (the file has its number before), known (an import before brought it) or old
-- (over for longer than a case is kept). A matter that is NULL is a dispute, whose matter
-- is not kept. What is late already is not told again, and has two working days until it
-- goes to the unit above.
CREATE FUNCTION rounds.import_cases(the_import uuid, ids uuid[], numbers text[], areas uuid[], matters text[], stages text[], units uuid[],
        opened date[], due date[], ended date[]) RETURNS TABLE (place integer, result text)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
DECLARE
    day date := rounds.today();
    oldest date := rounds.today() - (SELECT r.age FROM rounds.retention r WHERE r.class = 'cases');
BEGIN
    IF rounds.principal_role() <> 'service:import' THEN
        RAISE EXCEPTION 'only an import does this' USING ERRCODE = 'insufficient_privilege';
    END IF;
    SET CONSTRAINTS rounds.cases_agree DEFERRED;
    RETURN QUERY
    WITH given AS MATERIALIZED (
        SELECT g.*, row_number() OVER (PARTITION BY g.id ORDER BY g.place) AS nth
        FROM unnest(ids, numbers, areas, matters, stages, units, opened, due, ended)
            WITH ORDINALITY g (id, ledger_number, area_id, matter, stage, unit_id, opened_on, due_on, over_on, place)),
    judged AS MATERIALIZED (
        SELECT g.*, CASE WHEN g.over_on < oldest THEN 'old' WHEN g.nth > 1 THEN 'double' WHEN c.id IS NULL THEN 'new'
            WHEN c.import_id = the_import THEN 'double' ELSE 'known' END AS result
        FROM given g LEFT JOIN rounds.cases c ON c.id = g.id),
    added AS MATERIALIZED (
        SELECT j.*, extract(year FROM j.opened_on)::smallint AS year FROM judged j WHERE j.result = 'new'),
    places AS MATERIALIZED (SELECT a.area_id, rounds.series_of(a.area_id) AS series_id FROM (SELECT DISTINCT a.area_id FROM added a) a),
    rules AS MATERIALIZED (
        SELECT a.area_id, a.matter, r.unit_id, r.due_days, r.working
        FROM (SELECT DISTINCT a.area_id, a.matter FROM added a WHERE a.matter IS NOT NULL) a, rounds.case_rule(a.area_id, a.matter) r),
    counters AS MATERIALIZED (
        SELECT n.series_id, n.year, rounds.take_case_numbers(n.series_id, n.year, n.many) AS before
        FROM (SELECT p.series_id, a.year, count(*)::integer AS many FROM added a JOIN places p USING (area_id) GROUP BY 1, 2 ORDER BY 1, 2) n),
    filed AS (
        SELECT a.*, p.series_id, k.before + row_number() OVER (PARTITION BY p.series_id, a.year ORDER BY a.opened_on, a.place) AS number,
            coalesce(a.unit_id, CASE WHEN a.over_on IS NULL THEN r.unit_id END) AS with_unit, coalesce(r.working, true) AS working,
            coalesce(a.due_on, rounds.add_days(a.area_id, a.opened_on, r.due_days, r.working), a.over_on, a.opened_on) AS last_day
        FROM added a JOIN places p USING (area_id) JOIN counters k USING (series_id, year)
            LEFT JOIN rules r ON r.area_id = a.area_id AND r.matter = a.matter),
    saved AS (
        INSERT INTO rounds.cases (id, series_id, year, number, ledger_number, import_id, area_id, matter, dispute, stage, unit_id, lead_id,
            opened_on, due_on, working, escalate_on, paused_on, over_on, warned, breached)
        SELECT f.id, f.series_id, f.year, f.number, f.ledger_number, the_import, f.area_id, f.matter, f.matter IS NULL,
            CASE WHEN f.stage = 'triaged' OR f.stage = 'assigned' AND f.with_unit IS NULL THEN 'received' ELSE f.stage END::rounds.case_stage,
            f.with_unit, rounds.lead_of(f.with_unit), f.opened_on, f.last_day, f.working,
            CASE WHEN f.over_on IS NULL AND f.last_day < day THEN rounds.add_days(f.area_id, day, 2, true) ELSE f.last_day END,
            CASE WHEN f.stage = 'paused' THEN day END, f.over_on, f.over_on IS NULL AND f.last_day < day, f.over_on IS NULL AND f.last_day < day
        FROM filed f)
    SELECT j.place::integer, j.result FROM judged j WHERE j.result <> 'new' ORDER BY j.place;
    INSERT INTO rounds.case_steps (case_id, seq, id, command, to_stage, actor, unit_id, due_on)
    SELECT c.id, 1, gen_random_uuid(), 'open', c.stage, 'intake', c.unit_id, c.due_on FROM rounds.cases c WHERE c.id = ANY (ids) AND c.steps = 0;
    -- Checked now: of a million rows the checks that wait would take memory.
    SET CONSTRAINTS rounds.cases_agree IMMEDIATE;
END
$$;

-- Takes the cases of an import away again and gives how many; NULL when there is no such
-- import, or it was undone. Cases that somebody worked on since are taken only if that is
-- said. Their numbers are not given again: papers may have them.
CREATE FUNCTION rounds.undo_ledger(the_import uuid, worked_on boolean) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
DECLARE
    taken integer;
BEGIN
    IF rounds.principal_role() <> 'service:import' THEN
        RAISE EXCEPTION 'only an import does this' USING ERRCODE = 'insufficient_privilege';
    END IF;
    PERFORM FROM rounds.imports i WHERE i.id = the_import AND i.kind = 'ledger' AND i.undone_at IS NULL FOR UPDATE;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    PERFORM FROM rounds.cases c WHERE c.import_id = the_import ORDER BY c.id FOR UPDATE;
    IF NOT worked_on THEN
        SELECT count(*) INTO taken FROM rounds.cases c WHERE c.import_id = the_import AND EXISTS (
            SELECT FROM rounds.case_steps s WHERE s.case_id = c.id AND s.account_id IS NOT NULL);
        IF taken > 0 THEN
            RAISE EXCEPTION 'somebody worked on % of these cases', taken
                USING ERRCODE = 'check_violation', CONSTRAINT = 'imports_worked_on', DETAIL = taken;
        END IF;
    END IF;
    DELETE FROM rounds.cases c WHERE c.import_id = the_import;
    GET DIAGNOSTICS taken = ROW_COUNT;
    UPDATE rounds.imports i SET undone_at = now() WHERE i.id = the_import;
    RETURN taken;
END
$$;
REVOKE EXECUTE ON FUNCTION rounds.take_case_numbers(uuid, smallint, integer), rounds.undo_ledger(uuid, boolean),
    rounds.import_cases(uuid, uuid[], text[], uuid[], text[], text[], uuid[], date[], date[], date[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rounds.undo_ledger(uuid, boolean),
    rounds.import_cases(uuid, uuid[], text[], uuid[], text[], text[], uuid[], date[], date[], date[]) TO rounds_app;
